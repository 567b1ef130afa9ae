// SPDX-License-Identifier: Apache-2.0
// What it costs to show a guest larger than it paints: full frames of FRAME_WIDTH x FRAME_HEIGHT, painted by
// the compositor one after the other as fast as the X server takes them. Prints, for each scale, the time of
// a frame and the agent's own part of it. Fails where the agent's part grows with the picture: then it has
// touched pixels.
#include "host-agent/compositor/dpi.h"
#include "tests/x11/bench.h"

#include <stdio.h>
#include <time.h>

#define FRAME_WIDTH  1280
#define FRAME_HEIGHT 720
#define FRAMES       200
#define AGENT_US_MAX 300

static const uint32_t percents[] = {100, 125, 150, 200};

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double measure(uint32_t window, double *ret_agent) {
    double start = seconds(CLOCK_MONOTONIC), agent = 0;
    for (int i = 0; i < FRAMES; i++) {
        double before = seconds(CLOCK_PROCESS_CPUTIME_ID);
        bench_damage(window, (Box){0, 0, FRAME_WIDTH, FRAME_HEIGHT});
        agent += seconds(CLOCK_PROCESS_CPUTIME_ID) - before;
        XSync(bench.screen->display, False); // the frame is on the screen, and the completion has come
        while (g_main_context_iteration(NULL, FALSE))
            continue;
    }
    *ret_agent = agent / FRAMES * 1e6;
    return (seconds(CLOCK_MONOTONIC) - start) / FRAMES * 1e3;
}

int main(int argc, char **argv) {
    bool good = true;
    setlinebuf(stdout);
    g_test_init(&argc, &argv, NULL);
    bench_open();
    bench.known = true;
    printf("full frames of %dx%d\n", FRAME_WIDTH, FRAME_HEIGHT);
    for (uint32_t i = 0; i < G_N_ELEMENTS(percents); i++) {
        uint32_t window = 0x70010 + i;
        double agent = 0;
        compositor_drop(bench.compositor);
        compositor_set_scale(bench.compositor, scale_new(percents[i]));
        bench_open_window(window, 0, (Box){0, 0, FRAME_WIDTH, FRAME_HEIGHT}, BENCH_FRAME, 0);
        bench_settle();
        double frame = measure(window, &agent);
        printf("%3u %%: %5.2f ms a frame, agent %3.0f us\n", percents[i], frame, agent);
        good &= agent < AGENT_US_MAX;
    }
    return good ? 0 : 1;
}
