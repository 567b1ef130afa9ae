// SPDX-License-Identifier: Apache-2.0
// A table of commands, and what may follow each. Pure. Process: railhead.
#include "host-agent/command-line.h"
#include <string.h>

#define WORD_MAX 32 // a longer one is like nothing that we know
#define SEE      " (see: railhead --help)"
#define ANY      G_MAXUINT

enum {
    OPTION_JSON = 1 << 0,
    OPTION_PURGE = 1 << 1,
    OPTION_READ_ONLY = 1 << 2,
    OPTION_GUEST = 1 << 3,
    OPTION_ALL = 1 << 4,
    OPTION_SHOW = 1 << 5,
    OPTION_HIDE = 1 << 6,
    OPTION_TOGGLE = 1 << 7,
    OPTION_FULLSCREEN = 1 << 8,
    OPTION_ALL_MONITORS = 1 << 9,
    OPTION_FORGET = 1 << 10,
    OPTIONS_DESKTOP = OPTION_SHOW | OPTION_HIDE | OPTION_TOGGLE | OPTION_FULLSCREEN | OPTION_ALL_MONITORS
};

typedef struct Form {
    const char *name; // the words, "" where none is needed
    Command command;
    guint options, least, most;
    const char *missing; // what the arguments up to `least` are called
} Form;

static const Form forms[] = {
    {"", COMMAND_STATUS, OPTION_JSON, 0, 0, NULL},
    {"status", COMMAND_STATUS, OPTION_JSON, 0, 0, NULL},
    {"apps", COMMAND_APPS, OPTION_JSON | OPTION_ALL, 0, 0, NULL},
    {"apps hide", COMMAND_APPS_HIDE, 0, 1, 1, "the application: railhead apps hide APP"},
    {"apps show", COMMAND_APPS_SHOW, 0, 1, 1, "the application: railhead apps show APP"},
    {"apps rename", COMMAND_APPS_RENAME, 0, 2, 2, "an application and a name: railhead apps rename APP NAME"},
    {"apps icon", COMMAND_APPS_ICON, 0, 2, 2, "an application and an icon: railhead apps icon APP ICON"},
    {"apps reset", COMMAND_APPS_RESET, 0, 1, 1, "the application: railhead apps reset APP"},
    {"run", COMMAND_RUN, OPTION_JSON, 1, ANY, "the application to run: railhead run APP"},
    {"windows", COMMAND_WINDOWS, OPTION_JSON, 0, 0, NULL},
    {"guest list", COMMAND_GUEST_LIST, OPTION_JSON, 0, 0, NULL},
    {"guest add", COMMAND_GUEST_ADD, 0, 1, ANY, "the name of the guest: railhead guest add NAME"},
    {"guest set", COMMAND_GUEST_SET, 0, 2, ANY,
     "a guest and what to change: railhead guest set NAME KEY=VALUE"},
    {"guest login", COMMAND_GUEST_LOGIN, OPTION_FORGET, 1, 1,
     "the name of the guest: railhead guest login NAME"},
    {"guest trust", COMMAND_GUEST_TRUST, 0, 1, 2, "the name of the guest: railhead guest trust NAME"},
    {"guest kit", COMMAND_GUEST_KIT, 0, 2, 2, "a Windows and a folder: railhead guest kit xp DIR"},
    {"guest remove", COMMAND_GUEST_REMOVE, OPTION_PURGE, 1, 1,
     "the name of the guest: railhead guest remove NAME"},
    {"share list", COMMAND_SHARE_LIST, OPTION_JSON | OPTION_GUEST, 0, 0, NULL},
    {"share add", COMMAND_SHARE_ADD, OPTION_READ_ONLY | OPTION_GUEST, 2, 2,
     "a name and a folder: railhead share add NAME DIR"},
    {"share remove", COMMAND_SHARE_REMOVE, OPTION_GUEST, 1, 1,
     "the name of the share: railhead share remove NAME"},
    {"open", COMMAND_OPEN, 0, 1, 1, "the address: railhead open ADDRESS"},
    {"requests", COMMAND_REQUESTS, OPTION_JSON, 0, 0, NULL},
    {"requests allow", COMMAND_REQUESTS_ALLOW, 0, 1, 1, "which one: railhead requests allow GUEST/NUMBER"},
    {"requests always", COMMAND_REQUESTS_ALWAYS, 0, 1, 1, "which one: railhead requests always GUEST/NUMBER"},
    {"requests deny", COMMAND_REQUESTS_DENY, 0, 1, 1, "which one: railhead requests deny GUEST/NUMBER"},
    {"site list", COMMAND_SITE_LIST, OPTION_JSON | OPTION_GUEST, 0, 0, NULL},
    {"site add", COMMAND_SITE_ADD, OPTION_GUEST, 2, 2,
     "a domain and its side: railhead site add DOMAIN host|guest"},
    {"site remove", COMMAND_SITE_REMOVE, OPTION_GUEST, 1, 1, "the domain: railhead site remove DOMAIN"},
    {"links", COMMAND_LINKS, 0, 0, 1, NULL},
    {"desktop", COMMAND_DESKTOP, OPTION_JSON | OPTIONS_DESKTOP, 0, 1, NULL},
    {"stop", COMMAND_STOP, 0, 0, 1, NULL},
    {"doctor", COMMAND_DOCTOR, OPTION_JSON, 0, 0, NULL},
    {"report", COMMAND_REPORT, 0, 0, 1, NULL},
};

static const struct {
    const char *name;
    guint option; // 0: not for a command
} named_options[] = {
    {"--all", OPTION_ALL},
    {"--json", OPTION_JSON},
    {"--purge", OPTION_PURGE},
    {"--read-only", OPTION_READ_ONLY},
    {"--guest", OPTION_GUEST},
    {"--forget", OPTION_FORGET},
    {"--show", OPTION_SHOW},
    {"--hide", OPTION_HIDE},
    {"--toggle", OPTION_TOGGLE},
    {"--fullscreen", OPTION_FULLSCREEN},
    {"--all-monitors", OPTION_ALL_MONITORS},
    {"--help", 0},
    {"--version", 0},
};
static const char *const commands[] = {"status",  "apps", "run",      "windows", "guest",
                                       "share",   "open", "requests", "site",    "links",
                                       "desktop", "stop", "doctor",   "report",  NULL};
static const char *const second_words[] = {"list", "add", "remove", NULL};
static const char *const guest_words[] = {"list", "add", "set", "login", "trust", "kit", "remove", NULL};
static const char *const apps_words[] = {"hide", "show", "rename", "icon", "reset", NULL};
static const char *const requests_words[] = {"allow", "always", "deny", NULL};

// Changes of one letter, and neighbours swapped, that lead from one word to the other.
static guint distance(const char *from, const char *to) {
    guint row[3][WORD_MAX + 1] = {0};
    size_t n_from = strlen(from), n_to = strlen(to);
    for (size_t j = 0; j <= n_to; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n_from; i++) {
        guint *now = row[i % 3], *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= n_to; j++) {
            now[j] = MIN(MIN(before[j], now[j - 1]) + 1, before[j - 1] + (from[i - 1] != to[j - 1]));
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                now[j] = MIN(now[j], earlier[j - 2] + 1);
        }
    }
    return row[n_from % 3][n_to];
}

const char *command_line_nearest(const char *word, const char *const *candidates) {
    const char *best = NULL;
    size_t length = strlen(word);
    guint least = length < 4 ? 2 : 3; // below it, a word is like another
    if (length == 0 || length > WORD_MAX)
        return NULL;
    g_autofree char *lower = g_ascii_strdown(word, -1);
    for (; *candidates; candidates++) {
        if (strlen(*candidates) > WORD_MAX)
            continue;
        bool begins = length > 1 && g_str_has_prefix(*candidates, lower);
        guint changes = begins ? 1 : distance(lower, *candidates);
        if (changes < least && changes < strlen(*candidates) - 1) {
            least = changes;
            best = *candidates;
        }
    }
    return best;
}

static bool complain(char **ret_complaint, const char *what, const char *nearest) {
    *ret_complaint =
        nearest ? g_strdup_printf("%s; did you mean %s?", what, nearest) : g_strconcat(what, SEE, NULL);
    return false;
}

// What a person typed, for a sentence of one line.
static char *shown(const char *word) {
    g_autofree char *valid = g_utf8_make_valid(word, -1);
    for (char *at = valid; *at; at++)
        if (g_ascii_iscntrl(*at))
            *at = '?';
    return g_steal_pointer(&valid);
}

static bool read_option(const char *word, guint *options_given, CommandLine *line, char **ret_complaint) {
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        line->command = COMMAND_HELP;
    else if (strcmp(word, "--version") == 0)
        line->command = COMMAND_VERSION;
    else {
        const char *names[G_N_ELEMENTS(named_options) + 1] = {0};
        for (size_t i = 0; i < G_N_ELEMENTS(named_options); i++) {
            names[i] = named_options[i].name;
            if (strcmp(word, names[i]) == 0 && named_options[i].option) {
                *options_given |= named_options[i].option;
                return true;
            }
        }
        g_autofree char *name = shown(word), *what = g_strdup_printf("there is no option %s", name);
        return complain(ret_complaint, what, command_line_nearest(word, names));
    }
    return true;
}

static const Form *find_form(const char *name) {
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    return NULL;
}

static bool no_command(const char *word, char **ret_complaint) {
    g_autofree char *name = shown(word), *what = g_strdup_printf("there is no command \"%s\"", name);
    return complain(ret_complaint, what, command_line_nearest(word, commands));
}

static bool no_second_word(const char *first, const char *word, char **ret_complaint) {
    g_autofree char *name = word ? shown(word) : NULL;
    g_autofree char *what = word ? g_strdup_printf("there is no command \"%s %s\"", first, name)
                                 : g_strdup_printf("%s: list, add or remove is missing", first);
    const char *const *words = strcmp(first, "apps") == 0       ? apps_words
                               : strcmp(first, "requests") == 0 ? requests_words
                               : strcmp(first, "guest") == 0    ? guest_words
                                                                : second_words;
    const char *nearest = word ? command_line_nearest(word, words) : NULL;
    g_autofree char *both = nearest ? g_strconcat(first, " ", nearest, NULL) : NULL;
    return complain(ret_complaint, what, both);
}

// Takes the words of the command off the arguments.
static const Form *read_command(CommandLine *line, char **ret_complaint) {
    guint taken = line->count > 0;
    g_autofree char *name = g_strdup(taken ? line->arguments[0] : "");
    bool may_be_alone = strcmp(name, "apps") == 0 || strcmp(name, "requests") == 0;
    bool has_second = strcmp(name, "guest") == 0 || strcmp(name, "share") == 0 || strcmp(name, "site") == 0;
    if (has_second || (may_be_alone && line->count > 1)) {
        const char *second = line->count > 1 ? line->arguments[1] : NULL;
        g_autofree char *both = g_strconcat(name, " ", second, NULL);
        if (!second || !find_form(both)) {
            no_second_word(name, second, ret_complaint);
            return NULL;
        }
        g_free(name);
        name = g_steal_pointer(&both);
        taken = 2;
    }
    const Form *form = find_form(name);
    if (!form || (taken && !*name)) {
        no_command(name, ret_complaint);
        return NULL;
    }
    line->count -= taken;
    memmove(line->arguments, line->arguments + taken, (line->count + 1) * sizeof *line->arguments);
    return form;
}

static const char *name_of(guint given) {
    for (size_t i = G_N_ELEMENTS(named_options); i-- > 0;)
        if (named_options[i].option & given)
            return named_options[i].name;
    return "";
}

static bool is_one_wish(guint given) {
    guint wishes = given & (OPTION_SHOW | OPTION_HIDE | OPTION_TOGGLE);
    return (wishes & (wishes - 1)) == 0;
}

static bool check_form(const Form *form, const CommandLine *line, guint given, char **ret_complaint) {
    guint wrong = given & ~form->options;
    const char *name = *form->name ? form->name : "status";
    g_autofree char *what = NULL;
    if (wrong)
        what = g_strdup_printf("%s has no option %s", name, name_of(wrong));
    else if (given & OPTIONS_DESKTOP && !is_one_wish(given))
        what = g_strdup("desktop: --show, --hide and --toggle exclude each other");
    else if (line->count < form->least)
        what = g_strdup_printf("%s: missing is %s", name, form->missing);
    else if (line->count > form->most) {
        g_autofree char *extra = shown(line->arguments[form->most]);
        what = g_strdup_printf("%s: \"%s\" is one word too many", name, extra);
    }
    return !what || complain(ret_complaint, what, NULL);
}

static bool read_words(CommandLine *line, char *const *argv, int argc, guint *given, char **ret_complaint) {
    bool only_arguments = false;
    for (int i = 1; i < argc; i++) {
        if (only_arguments || argv[i][0] != '-')
            line->arguments[line->count++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            only_arguments = true;
        else if (!read_option(argv[i], given, line, ret_complaint))
            return false;
        else if (strcmp(argv[i], "--guest") == 0 && !(line->guest = i + 1 < argc ? argv[++i] : NULL))
            return complain(ret_complaint, "--guest: the name of the guest is missing", NULL);
    }
    line->arguments[line->count] = NULL;
    return true;
}

bool command_line_read(int argc, char *const *argv, CommandLine *ret_line, char **ret_complaint) {
    CommandLine line = {.command = COMMAND_STATUS};
    guint given = 0;
    line.arguments = g_new0(char *, MAX(argc, 1) + 1);
    bool good = read_words(&line, argv, argc, &given, ret_complaint);
    bool asks_command = good && line.command == COMMAND_STATUS;
    const Form *form = asks_command ? read_command(&line, ret_complaint) : NULL;
    if (asks_command)
        good = form && check_form(form, &line, given, ret_complaint);
    if (!good) {
        g_free(line.arguments);
        return false;
    }
    if (form)
        line.command = form->command;
    line.json = given & OPTION_JSON;
    line.all = given & OPTION_ALL;
    line.purge = given & OPTION_PURGE;
    line.forget = given & OPTION_FORGET;
    line.read_only = given & OPTION_READ_ONLY;
    line.show = given & OPTION_SHOW;
    line.hide = given & OPTION_HIDE;
    line.fullscreen = given & OPTION_FULLSCREEN;
    line.all_monitors = given & OPTION_ALL_MONITORS;
    *ret_line = line;
    return true;
}
