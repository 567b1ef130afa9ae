// SPDX-License-Identifier: Apache-2.0
// The agent has no toolkit, and a password dialog is better drawn by who does little else: pinentry, which a
// desktop has for its keys, guards its keyboard and speaks a protocol of lines (Assuan) over its stdin and
// stdout. Where it is not, or can draw nothing here, an askpass program, kdialog or zenity, which print what
// was typed. What they are told in arguments is no secret; the password comes over a pipe. GcrPrompter on the
// bus would be another way, but it wants a key exchange of libgcr's own. Owned by a Credentials; main loop of
// the agent. Never waits.
#include "host-agent/secrets/password-prompt.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host-agent/secrets/line-reader.h"

#define ASSUAN_CANCELED 99 // GPG_ERR_CANCELED and GPG_ERR_FULLY_CANCELED, the low 16 bits of an error
#define ASSUAN_FULLY    198

typedef struct Program {
    const char *name, *variable; // found by name in PATH, or named by a variable of the environment
    const char *options[6];      // NULL: it speaks Assuan; %s is the question
} Program;

static const Program programs[] = {
    {.variable = "RAILHEAD_ASKPASS", .options = {"%s"}},
    {.name = "pinentry-gnome3"},
    {.name = "pinentry-qt"},
    {.name = "pinentry-qt5"},
    {.name = "pinentry-gtk-2"},
    {.name = "pinentry-x11"},
    {.name = "pinentry-fltk"},
    {.name = "pinentry"},
    {.variable = "SSH_ASKPASS", .options = {"%s"}},
    {.name = "ssh-askpass", .options = {"%s"}},
    {.name = "kdialog", .options = {"--title", "railhead", "--password", "%s"}},
    {.name = "zenity", .options = {"--password", "--title", "%s"}},
};

struct PasswordPrompt {
    char *text, *warning;
    PasswordPromptOnAnswer on_answer;
    gpointer user;
    size_t next; // program to try
    bool assuan, any;
    GSubprocess *process;
    LineReader *reader;
    guint answers, last; // lines of Assuan that end an answer; which of them is that to GETPIN
    char *password;      // that was read, LINE_READER_MAX bytes
    guint start;
};

static char *find(const Program *program) {
    const char *path = program->variable ? g_getenv(program->variable) : program->name;
    return path && *path ? g_find_program_in_path(path) : NULL;
}

char *password_prompt_program(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
        char *path = find(&programs[i]);
        if (path)
            return path;
    }
    return NULL;
}

static void end_program(PasswordPrompt *prompt) {
    g_clear_pointer(&prompt->reader, line_reader_free);
    if (prompt->process)
        g_subprocess_send_signal(prompt->process, SIGTERM);
    g_clear_object(&prompt->process);
    if (prompt->password)
        explicit_bzero(prompt->password, LINE_READER_MAX);
    g_clear_pointer(&prompt->password, g_free);
}

static void answer(PasswordPrompt *prompt, const char *password, const GError *error) {
    PasswordPromptOnAnswer on_answer = prompt->on_answer;
    prompt->on_answer = NULL;
    if (on_answer)
        on_answer(password, error, prompt->user);
}

static void fail(PasswordPrompt *prompt, int code, const char *text) {
    g_autoptr(GError) error = g_error_new_literal(G_IO_ERROR, code, text);
    end_program(prompt);
    answer(prompt, NULL, error);
}

static void try_next(PasswordPrompt *prompt);

// What Assuan escapes in a line: % and the ends of lines.
static void put_escaped(GString *to, const char *command, const char *text) {
    g_string_append_printf(to, "%s ", command);
    for (; *text; text++) {
        if (*text == '%' || *text == '\n' || *text == '\r')
            g_string_append_printf(to, "%%%02X", *text);
        else
            g_string_append_c(to, *text);
    }
    g_string_append_c(to, '\n');
}

static void unescape(char *text) {
    char *to = text;
    for (; *text; text++) {
        if (*text == '%' && g_ascii_isxdigit(text[1]) && g_ascii_isxdigit(text[2])) {
            *to++ = (char)(g_ascii_xdigit_value(text[1]) << 4 | g_ascii_xdigit_value(text[2]));
            text += 2;
        } else {
            *to++ = *text;
        }
    }
    *to = '\0';
}

static void keep(PasswordPrompt *prompt, const char *text) {
    if (!prompt->password)
        prompt->password = g_malloc0(LINE_READER_MAX);
    g_strlcpy(prompt->password, text, LINE_READER_MAX);
}

static void finish(PasswordPrompt *prompt) {
    if (!prompt->password)
        keep(prompt, ""); // GETPIN says nothing of an empty one
    answer(prompt, prompt->password, NULL);
}

static void on_assuan(PasswordPrompt *prompt, char *line) {
    if (g_str_has_prefix(line, "D ")) {
        unescape(line + 2);
        keep(prompt, line + 2);
        return;
    }
    bool good = g_str_has_prefix(line, "OK"), bad = g_str_has_prefix(line, "ERR ");
    if ((!good && !bad) || prompt->answers++ < prompt->last)
        return; // a remark, or a word about what only makes it look better
    guint code = bad ? strtoul(line + 4, NULL, 10) & 0xFFFF : 0;
    if (good)
        finish(prompt);
    else if (code == ASSUAN_CANCELED || code == ASSUAN_FULLY)
        fail(prompt, G_IO_ERROR_CANCELLED, "no password was given");
    else
        try_next(prompt);
}

// An askpass that ends without a line was cancelled; Assuan that ends without an answer could not ask.
static void on_line(char *line, gpointer data) {
    PasswordPrompt *prompt = data;
    if (line && prompt->assuan) {
        on_assuan(prompt, line);
    } else if (line) {
        keep(prompt, line);
        finish(prompt);
    } else if (prompt->assuan) {
        try_next(prompt);
    } else {
        fail(prompt, G_IO_ERROR_CANCELLED, "no password was given");
    }
}

static void say(int fd, const GString *text) { // less than a pipe holds
    if (write(fd, text->str, text->len) < 0)
        g_message("the password prompt hears nothing");
    close(fd);
}

static void ask_by_assuan(PasswordPrompt *prompt, int fd) {
    g_autoptr(GString) words = g_string_new(NULL);
    put_escaped(words, "SETTITLE", "railhead");
    put_escaped(words, "SETPROMPT", "Password:");
    put_escaped(words, "SETDESC", prompt->text);
    if (prompt->warning)
        put_escaped(words, "SETERROR", prompt->warning);
    g_string_append(words, "GETPIN\n");
    prompt->answers = 0;
    prompt->last = prompt->warning ? 5 : 4; // the greeting is the first
    say(fd, words);
}

static void add_options(GPtrArray *argv, const Program *program, const PasswordPrompt *prompt) {
    g_autofree char *question =
        prompt->warning ? g_strdup_printf("%s (%s)", prompt->text, prompt->warning) : g_strdup(prompt->text);
    for (size_t i = 0; i < G_N_ELEMENTS(program->options) && program->options[i]; i++)
        g_ptr_array_add(argv,
                        g_strdup(strcmp(program->options[i], "%s") == 0 ? question : program->options[i]));
}

static bool spawn(PasswordPrompt *prompt, const Program *program, char *path) {
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    int in[2], out[2];
    prompt->assuan = !program->options[0];
    g_ptr_array_add(argv, path);
    add_options(argv, program, prompt);
    g_ptr_array_add(argv, NULL);
    if (pipe2(in, O_CLOEXEC) < 0)
        return false;
    if (pipe2(out, O_CLOEXEC) < 0) {
        close(in[0]);
        close(in[1]);
        return false;
    }
    g_subprocess_launcher_take_stdin_fd(launcher, in[0]);
    g_subprocess_launcher_take_stdout_fd(launcher, out[1]);
    prompt->process = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv->pdata, NULL);
    g_subprocess_launcher_close(launcher);
    if (!prompt->process) {
        close(in[1]);
        close(out[0]);
        return false;
    }
    if (prompt->assuan)
        ask_by_assuan(prompt, in[1]);
    else
        close(in[1]);
    prompt->reader = line_reader_new(out[0], on_line, prompt);
    return true;
}

static void try_next(PasswordPrompt *prompt) {
    end_program(prompt);
    while (prompt->next < G_N_ELEMENTS(programs)) {
        const Program *program = &programs[prompt->next++];
        char *path = find(program);
        if (path)
            g_debug("asking with %s", path);
        if (path && spawn(prompt, program, path))
            return;
    }
    fail(prompt, G_IO_ERROR_NOT_FOUND,
         "nothing here can ask for a password on the screen (pinentry, ssh-askpass, kdialog or zenity)");
}

static gboolean on_start(gpointer data) {
    PasswordPrompt *prompt = data;
    prompt->start = 0;
    try_next(prompt);
    return G_SOURCE_REMOVE;
}

PasswordPrompt *password_prompt_new(const char *text, const char *warning, PasswordPromptOnAnswer on_answer,
                                    gpointer user) {
    PasswordPrompt *prompt = g_new0(PasswordPrompt, 1);
    prompt->text = g_strdup(text);
    prompt->warning = g_strdup(warning);
    prompt->on_answer = on_answer;
    prompt->user = user;
    prompt->start = g_idle_add(on_start, prompt);
    return prompt;
}

void password_prompt_free(PasswordPrompt *prompt) {
    if (!prompt)
        return;
    g_clear_handle_id(&prompt->start, g_source_remove);
    end_program(prompt);
    g_free(prompt->text);
    g_free(prompt->warning);
    g_free(prompt);
}
