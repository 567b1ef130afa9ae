// SPDX-License-Identifier: Apache-2.0
// The keys of a profile: what each may hold, what a wrong value is answered with, and that a change leaves
// the rest of the file as it is. Addresses: where they lead, and which of them only this computer hears.
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "host-agent/policy/address.h"
#include "host-agent/profile-keys.h"

static char *root;

static const char file_text[] = "# written by hand\n"
                                "[guest]\n"
                                "kind=rdp\n"
                                "# the machine in the cellar\n"
                                "address=192.0.2.7:3390\n"
                                "\n"
                                "colour=none of ours\n"
                                "\n"
                                "[share docs]\n"
                                "folder=/srv/docs\n"
                                "# the end\n";

static const struct {
    const char *key, *value, *kept; // kept NULL: as it was written; "": that is the default
} good[] = {
    {"kind", "embedded", NULL},
    {"kind", "rdp", NULL},
    {"kind", "xp", NULL},
    {"address", "/run/guest.sock", NULL},
    {"address", "host", NULL},
    {"address", "host:1", NULL},
    {"address", "[fe80::1]:3389", NULL},
    {"address", "::1", NULL},
    {"user", "Zoë Q", NULL},
    {"user", "HOME\\zoe", NULL},
    {"pixels", "auto", ""},
    {"pixels", "legacy", NULL},
    {"security", "nla", NULL},
    {"security", "tls, nla", "nla,tls"},
    {"security", "negotiate", "nla,tls"},
    {"security", "nla,tls,rdp", NULL},
    {"tls", "1.0", NULL},
    {"tls", "1.2", ""},
    {"certificate", "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", NULL},
    {"certificate",
     "SHA256:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff",
     "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"},
    {"depth", "15", NULL},
    {"depth", "32", NULL},
    {"frame", "#ff00aa", "ff00aa"},
    {"size", "320x8192", NULL},
    {"documents", "refuse", NULL},
    {"documents", "allow", ""},
};

static const struct {
    const char *key, *value;
} wrong[] = {
    {"kind", "vmware"},      {"kind", ""},
    {"address", "host:0"},   {"address", "host:65536"},
    {"address", "a b"},      {"address", "-oProxy"},
    {"address", "[::1"},     {"address", "fe80::g"},
    {"address", "x:y:z"},    {"user", "a\nb"},
    {"user", "\xff"},        {"pixels", "GFX"},
    {"security", ""},        {"security", "nla,"},
    {"security", "rdstls"},  {"tls", "1.1"},
    {"certificate", "00"},   {"certificate", "sha1:00112233445566778899aabbccddeeff00112233"},
    {"depth", "8"},          {"depth", "24x"},
    {"frame", "red"},        {"size", "319x400"},
    {"size", "8193x400"},    {"size", "400"},
    {"size", "400x400x400"}, {"documents", "maybe"},
};

static void test_values(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Profile) profile = profile_new("g");
        bool set = profile_set(profile, good[i].key, good[i].value, &error);
        g_assert_no_error(error);
        g_assert_true(set);
        g_autofree char *kept = profile_key_get(profile, good[i].key);
        const char *wanted = good[i].kept ? good[i].kept : good[i].value;
        g_assert_cmpstr(kept ? kept : "", ==, wanted);
    }
}

static void test_wrong_values(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Profile) profile = profile_new("g");
        g_assert_false(profile_set(profile, wrong[i].key, wrong[i].value, &error));
        g_assert_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE);
        g_autofree char *begin = g_strdup_printf("is not a value for %s: it is ", wrong[i].key);
        g_assert_nonnull(strstr(error->message, begin));
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
    }
}

static void check_whole(const char *const *pairs, const char *complaint) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Profile) profile = profile_new("g");
    for (; *pairs; pairs++) {
        g_auto(GStrv) pair = g_strsplit(*pairs, "=", 2);
        g_assert_true(profile_set(profile, pair[0], pair[1], NULL));
    }
    g_assert_cmpint(profile_check(profile, &error), ==, complaint == NULL);
    if (complaint)
        g_assert_nonnull(strstr(error->message, complaint));
}

static void test_keys_together(void) {
    check_whole((const char *[]){"kind=rdp", NULL}, "needs an address");
    check_whole((const char *[]){"kind=xp", NULL}, "needs an address");
    check_whole((const char *[]){"kind=rdp", "address=example.org", NULL}, NULL);
    check_whole((const char *[]){"kind=rdp", "address=example.org", "security=rdp", NULL}, "does not prove");
    check_whole((const char *[]){"kind=rdp", "address=example.org", "security=nla,rdp", NULL},
                "does not prove");
    check_whole((const char *[]){"kind=xp", "address=example.org", NULL}, "does not prove");
    check_whole((const char *[]){"kind=xp", "address=192.168.122.5", NULL}, NULL);
    check_whole((const char *[]){"kind=xp", "address=localhost:3390", NULL}, NULL);
    check_whole((const char *[]){"kind=xp", "address=/run/xp.sock", NULL}, NULL);
    check_whole((const char *[]){"kind=xp", "address=127.0.0.1", "security=nla", NULL}, "no other security");
}

static void test_windows_xp(void) {
    uint32_t width = 7680, height = 2160;
    g_autoptr(Profile) profile = profile_new("g");
    profile_limit(profile, &width, &height);
    g_assert_cmpuint(width, ==, 7680);
    profile->kind = PROFILE_XP;
    g_assert_cmpuint(profile_security(profile), ==, INTENT_SECURITY_RDP);
    profile_limit(profile, &width, &height);
    g_assert_cmpuint(width, ==, 4096);
    g_assert_cmpuint(height, ==, 2048);
}

static char *contents(const char *path) {
    char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void test_edit(void) {
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(root, "cellar.conf", NULL);
    g_assert_true(g_file_set_contents(path, file_text, -1, NULL));
    char *pairs[] = {"address=192.0.2.8", "user=zoe", NULL};
    g_assert_true(profile_edit(root, "cellar", pairs, &error));
    g_autofree char *changed = contents(path);
    g_autoptr(GString) wanted = g_string_new(file_text);
    g_string_replace(wanted, "192.0.2.7:3390", "192.0.2.8", 0);
    g_string_replace(wanted, "colour=none of ours\n", "colour=none of ours\nuser=zoe\n", 0);
    g_assert_cmpstr(changed, ==, wanted->str);
    char *back[] = {"user=", "address=192.0.2.7:3390", NULL};
    g_assert_true(profile_edit(root, "cellar", back, &error));
    g_autofree char *restored = contents(path);
    g_assert_cmpstr(restored, ==, file_text);
}

static void refuse_edit(const char *name, char *pair, int code) {
    g_autoptr(GError) error = NULL;
    char *pairs[] = {"size=800x600", pair, NULL};
    g_assert_false(profile_edit(root, name, pairs, &error));
    g_assert_error(error, PROFILE_ERROR, code);
}

static void test_edit_changes_all_or_nothing(void) {
    g_autofree char *path = g_build_filename(root, "cellar.conf", NULL);
    g_assert_true(g_file_set_contents(path, file_text, -1, NULL));
    refuse_edit("cellar", "depth=8", PROFILE_ERROR_VALUE);
    refuse_edit("cellar", "depth", PROFILE_ERROR_VALUE);
    refuse_edit("cellar", "colour=red", PROFILE_ERROR_VALUE);
    refuse_edit("cellar", "address=", PROFILE_ERROR_VALUE); // kind rdp needs one
    refuse_edit("elsewhere", "depth=16", PROFILE_ERROR_MISSING);
    refuse_edit("../cellar", "depth=16", PROFILE_ERROR_NAME);
    g_autofree char *text = contents(path);
    g_assert_cmpstr(text, ==, file_text);
}

static void test_save_and_load(void) {
    g_autoptr(Profile) profile = profile_new("all");
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        if (strcmp(good[i].key, "kind") != 0)
            g_assert_true(profile_set(profile, good[i].key, good[i].value, NULL));
    g_assert_true(profile_save(profile, root, NULL));
    g_autoptr(GError) error = NULL;
    g_assert_false(profile_save(profile, root, &error));
    g_assert_error(error, PROFILE_ERROR, PROFILE_ERROR_EXISTS);
    g_autoptr(Profile) back = profile_load(root, "all", NULL);
    g_assert_true(back && profile_equal(profile, back));
    back->depth = 16;
    g_assert_false(profile_equal(profile, back));
}

static void test_private_addresses(void) {
    static const char *const private[] = {"/run/x.sock", "localhost", "localhost:3390", "127.0.0.1:3389",
                                          "127.8.9.10",  "::1",       "[::1]:33890"};
    static const char *const open[] = {"example.org", "192.0.2.1", "8.8.8.8:3389",
                                       "2001:db8::1", "",          "0.0.0.0"};
    for (size_t i = 0; i < G_N_ELEMENTS(private); i++)
        g_assert_true(address_is_private(private[i]));
    for (size_t i = 0; i < G_N_ELEMENTS(open); i++)
        g_assert_false(address_is_private(open[i]));
}

static void touch(const char *name) {
    g_autofree char *path = g_build_filename(root, "net", name, NULL);
    g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
}

static void check_interface(const char *name, bool private) {
    g_autofree char *path = g_build_filename(root, "net", name, NULL);
    g_assert_cmpint(address_interface_is_private(path), ==, private);
}

static void test_interfaces(void) {
    static const char *const folders[] = {
        "eth0/device",   "virbr0/bridge",  "virbr0/brif/vnet0", "vnet0/tun_flags",  "br0/bridge",
        "br0/brif/eth0", "br0/brif/vnet0", "vboxnet0",          "tun0/tun_flags",   "wg0",
        "empty0/bridge", "empty0/brif",    "odd0/bridge",       "odd0/brif/vxlan0", "vxlan0"};
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++)
        touch(folders[i]);
    check_interface("virbr0", true);
    check_interface("vboxnet0", true);
    check_interface("empty0", true);
    check_interface("eth0", false);
    check_interface("br0", false); // the network card is in it, too
    check_interface("odd0", false);
    check_interface("tun0", false);
    check_interface("wg0", false);
    check_interface("none0", false);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    root = g_dir_make_tmp("railhead-profile-XXXXXX", NULL);
    g_test_add_func("/profile/values", test_values);
    g_test_add_func("/profile/wrong-values", test_wrong_values);
    g_test_add_func("/profile/keys-together", test_keys_together);
    g_test_add_func("/profile/windows-xp", test_windows_xp);
    g_test_add_func("/profile/edit", test_edit);
    g_test_add_func("/profile/all-or-nothing", test_edit_changes_all_or_nothing);
    g_test_add_func("/profile/save-and-load", test_save_and_load);
    g_test_add_func("/address/private", test_private_addresses);
    g_test_add_func("/address/interfaces", test_interfaces);
    int code = g_test_run();
    g_autofree char *command = g_strdup_printf("rm -r '%s'", root);
    return code || g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL) ? code : 1;
}
