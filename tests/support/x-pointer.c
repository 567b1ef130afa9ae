// SPDX-License-Identifier: Apache-2.0
// x-pointer: prints size, hot spot and a hash of the pointer's shape as the display has it now.
#include <X11/Xlib.h>
#include <X11/extensions/Xfixes.h>
#include <stdio.h>

int main(void) {
    int event = 0, error = 0;
    Display *display = XOpenDisplay(NULL);
    if (!display || !XFixesQueryExtension(display, &event, &error))
        return 77;
    XFixesCursorImage *image = XFixesGetCursorImage(display);
    unsigned long hash = 5381;
    if (!image)
        return 1;
    for (int i = 0; i < image->width * image->height; i++)
        hash = hash * 33 + (image->pixels[i] & 0xFFFFFFFF);
    printf("%dx%d %d,%d %lx\n", image->width, image->height, image->xhot, image->yhot, hash);
    XFree(image);
    XCloseDisplay(display);
    return 0;
}
