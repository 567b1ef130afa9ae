// SPDX-License-Identifier: Apache-2.0
// The table of atoms. Owned by the Screen that holds it; read only after screen_open.
#include "host-agent/compositor/atoms.h"

#include <glib.h>

void atoms_intern(Display *display, Atoms *ret_atoms) {
#define ATOM_NAME(name) (char *)#name,
    char *names[] = {ATOMS(ATOM_NAME)};
#undef ATOM_NAME
    G_STATIC_ASSERT(sizeof(Atoms) == G_N_ELEMENTS(names) * sizeof(Atom));
    XInternAtoms(display, names, G_N_ELEMENTS(names), False, (Atom *)ret_atoms);
}
