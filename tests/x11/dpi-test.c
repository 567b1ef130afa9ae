// SPDX-License-Identifier: Apache-2.0
// What the host's desktop says of its resolution, in the order in which it is believed, and that a change of
// it reaches the guest: settings of a settings daemon, X resources, and the size that a monitor claims.
#include "host-agent/compositor/dpi.h"
#include "tests/x11/host.h"

#include <stdio.h>
#include <string.h>

static uint32_t wanted;

static bool is_told(void) {
    const Intent *told = bench_last(INTENT_MONITORS);
    Layout layout;
    screen_layout(bench.screen, &layout);
    return layout.dpi == wanted && told && told->as.monitors.dpi == wanted;
}

static void await(uint32_t dpi) {
    XFlush(bench.eye);
    wanted = dpi;
    g_assert_true(bench_wait(is_told));
}

static void set_resources(const char *text) {
    Window root = DefaultRootWindow(bench.eye);
    if (text)
        XChangeProperty(bench.eye, root, XA_RESOURCE_MANAGER, XA_STRING, 8, PropModeReplace,
                        (const unsigned char *)text, (int)strlen(text));
    else
        XDeleteProperty(bench.eye, root, XA_RESOURCE_MANAGER);
}

static void put_number(GByteArray *bytes, const char *name, int32_t value) {
    static const uint8_t nothing[4] = {0};
    uint16_t size = (uint16_t)strlen(name);
    g_byte_array_append(bytes, nothing, 2); // an integer
    g_byte_array_append(bytes, (uint8_t *)&size, 2);
    g_byte_array_append(bytes, (const uint8_t *)name, size);
    g_byte_array_append(bytes, nothing, (4 - size % 4) % 4);
    g_byte_array_append(bytes, nothing, 4);
    g_byte_array_append(bytes, (uint8_t *)&value, 4);
}

static GByteArray *settings_of(int32_t density, int32_t factor) {
    static const uint8_t head[] = {LSBFirst, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0};
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_append(bytes, head, sizeof head);
    put_number(bytes, "Xft/DPI", density);
    put_number(bytes, "Gdk/WindowScalingFactor", factor);
    return bytes;
}

static void test_sources(void) {
    g_autoptr(GByteArray) fine = settings_of(144 * 1024, 1), large = settings_of(96 * 1024, 2),
                          none = settings_of(-1, 1);
    g_assert_cmpuint(dpi_of_settings(fine->data, fine->len), ==, 144);
    g_assert_cmpuint(dpi_of_settings(large->data, large->len), ==, 192);
    g_assert_cmpuint(dpi_of_settings(none->data, none->len), ==, 0);
    for (guint i = 0; i < fine->len; i++) // read from a copy that ends there
        g_assert_cmpuint(dpi_of_settings(fine->data, i), ==, 0);
    for (int i = 0; i < 2000; i++) {
        fine->data[g_random_int_range(0, (gint32)fine->len)] = (uint8_t)g_random_int();
        g_assert_cmpuint(dpi_of_settings(fine->data, fine->len), <=, 480);
    }
    g_assert_cmpuint(dpi_of_resources("*customization:\t-color\nXft.dpi:\t168\nXft.hinting:\t1\n"), ==, 168);
    g_assert_cmpuint(dpi_of_resources("Xft.dpi: 1e9"), ==, 0);
    g_assert_cmpuint(dpi_of_resources("Xft.dpid: 120\n"), ==, 0);
    g_assert_cmpuint(dpi_of_resources(""), ==, 0);
    g_assert_cmpuint(dpi_of_size(3840, 344), ==, 192); // 15.6 inches
    g_assert_cmpuint(dpi_of_size(2560, 597), ==, 0);   // 27 inches: somebody may want more than 96, or not
    g_assert_cmpuint(dpi_of_size(1920, 0), ==, 0);
    g_assert_cmpuint(dpi_of_size(1920, 16), ==, 0); // sixteen by nine millimetres is a ratio
}

static void test_resources(void) {
    set_resources("Xft.dpi:\t144\n");
    await(144);
    set_resources("Xft.dpi:\t192\n");
    await(192);
}

static void test_daemon(void) { // comes, changes its mind, and goes
    Window manager = XCreateSimpleWindow(bench.eye, DefaultRootWindow(bench.eye), 0, 0, 1, 1, 0, 0, 0);
    Atom selection = XInternAtom(bench.eye, "_XSETTINGS_S0", False);
    Atom property = XInternAtom(bench.eye, "_XSETTINGS_SETTINGS", False);
    g_autoptr(GByteArray) first = settings_of(120 * 1024, 1), second = settings_of(240 * 1024, 1);
    XChangeProperty(bench.eye, manager, property, property, 8, PropModeReplace, first->data, (int)first->len);
    XSetSelectionOwner(bench.eye, selection, manager, CurrentTime);
    XEvent event = {.xclient = {.type = ClientMessage,
                                .window = DefaultRootWindow(bench.eye),
                                .message_type = XInternAtom(bench.eye, "MANAGER", False),
                                .format = 32,
                                .data.l = {CurrentTime, (long)selection, (long)manager}}};
    XSendEvent(bench.eye, DefaultRootWindow(bench.eye), False, StructureNotifyMask, &event);
    await(120);
    XChangeProperty(bench.eye, manager, property, property, 8, PropModeReplace, second->data,
                    (int)second->len);
    await(240);
    XDestroyWindow(bench.eye, manager);
    await(192); // of the resources
    set_resources(NULL);
    await(LAYOUT_DPI);
}

int main(int argc, char **argv) {
    setlinebuf(stdout);
    g_test_init(&argc, &argv, NULL);
    bench_open();
    g_test_add_func("/dpi/sources", test_sources);
    g_test_add_func("/dpi/resources", test_resources);
    g_test_add_func("/dpi/daemon", test_daemon);
    return bench_run();
}
