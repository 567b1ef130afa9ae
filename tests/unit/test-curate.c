// SPDX-License-Identifier: Apache-2.0
// A Start menu as installers leave it, and which of its entries get a launcher.
#include "shortcuts/curate.h"
#include "tests/unit/test.h"

static const struct Case {
    const char *name, *target, *arguments;
    AppKind kind;
    bool of_windows;
    CurateVerdict verdict;
} cases[] = {
    {"Ledger", "C:\\Program Files\\Ledger\\ledger.exe", "", APP_KIND_PROGRAM, false, CURATE_SHOW},
    {"Ledger (demo)", "C:\\Program Files\\Ledger\\ledger.exe", "/demo", APP_KIND_PROGRAM, false, CURATE_SHOW},
    {"Ledger", "c:\\program files\\ledger\\LEDGER.EXE", "", APP_KIND_PROGRAM, false, CURATE_DUPLICATE},
    {"Ledger entfernen", "C:\\Program Files\\Ledger\\unins000.exe", "", APP_KIND_PROGRAM, false,
     CURATE_UNINSTALLER},
    {"Uninstall Ledger", "C:\\Windows\\system32\\msiexec.exe", "/X{1}", APP_KIND_PROGRAM, true,
     CURATE_UNINSTALLER},
    {"Repair", "C:\\Windows\\system32\\msiexec.exe", "/fa {1}", APP_KIND_PROGRAM, true, CURATE_WINDOWS},
    {"D\xc3\x89SINSTALLER", "C:\\a\\remove.exe", "", APP_KIND_PROGRAM, false, CURATE_UNINSTALLER},
    {"Remove", "C:\\a\\setup.exe", "/Uninstall", APP_KIND_PROGRAM, false, CURATE_UNINSTALLER},
    {"Read me", "C:\\a\\README.TXT", "", APP_KIND_DOCUMENT, false, CURATE_DOCUMENT},
    {"Help", "C:\\a\\ledger.chm", "", APP_KIND_DOCUMENT, false, CURATE_DOCUMENT},
    {"Template", "C:\\a\\new.ledger", "", APP_KIND_DOCUMENT, false, CURATE_SHOW},
    {"Home page", "C:\\a\\home.url", "", APP_KIND_LINK, false, CURATE_LINK},
    {"Samples", "C:\\a\\samples", "", APP_KIND_FOLDER, false, CURATE_FOLDER},
    {"Calculator", "C:\\Windows\\system32\\calc.exe", "", APP_KIND_PROGRAM, true, CURATE_WINDOWS},
    {"", "C:\\a\\h.exe", "", APP_KIND_HANDLER, false, CURATE_HANDLER},
    {"", "", "", APP_KIND_PROGRAM, false, CURATE_SHOW},
};
#define N_CASES (sizeof cases / sizeof *cases)

static void start_menu(void) {
    Catalogue catalogue;
    catalogue_init(&catalogue);
    for (size_t i = 0; i < N_CASES; i++) {
        App *app = app_new();
        app->id = i + 1;
        app->kind = cases[i].kind;
        app->of_windows = cases[i].of_windows;
        app_set(&app->name, cases[i].name);
        app_set(&app->target, cases[i].target);
        app_set(&app->arguments, cases[i].arguments);
        CHECK(catalogue_put(&catalogue, app));
    }
    for (size_t i = 0; i < N_CASES; i++)
        CHECK_TEXT(curate_to_string(curate_app(&catalogue, catalogue_find(&catalogue, i + 1), false)),
                   curate_to_string(cases[i].verdict));
    CHECK_TEXT(curate_to_string(curate_app(&catalogue, catalogue_find(&catalogue, 14), true)), "shown");
    catalogue_clear(&catalogue);
}

int main(void) {
    RUN(start_menu);
    return 0;
}
