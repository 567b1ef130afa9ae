// SPDX-License-Identifier: Apache-2.0
// What this process can no longer do once it talks to a guest: no new programs, no other processes' memory,
// no mounts, no writing of files. Entered once, before connecting, after the libraries are set up. What a
// kernel lacks is left out, and one line says what was in force.
#include "host-agent/session/session.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

void sandbox_close_descriptors(int keep) {
    close_range(keep + 1, ~0u, 0);
}

static bool allow(int ruleset, const char *path, uint64_t access) {
    struct landlock_path_beneath_attr rule = {.allowed_access = access};
    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return errno == ENOENT;
    bool added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    close(rule.parent_fd);
    return added;
}

static bool enter_landlock(const char *private_folder) {
    static const char *const readable[] = {"/usr",
                                           "/lib",
                                           "/lib64",
                                           "/etc/ssl",
                                           "/etc/resolv.conf",
                                           "/etc/hosts",
                                           "/etc/nsswitch.conf",
                                           "/etc/gai.conf",
                                           "/etc/host.conf",
                                           "/etc/localtime",
                                           "/etc/krb5.conf",
                                           "/etc/services"};
    struct landlock_ruleset_attr attributes = {.handled_access_fs = (LANDLOCK_ACCESS_FS_REFER - 1)};
    int ruleset = syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (ruleset < 0)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(readable); i++) {
        bool folder = g_file_test(readable[i], G_FILE_TEST_IS_DIR);
        allow(ruleset, readable[i],
              LANDLOCK_ACCESS_FS_READ_FILE | (folder ? LANDLOCK_ACCESS_FS_READ_DIR : 0));
    }
    allow(ruleset, "/dev/urandom", LANDLOCK_ACCESS_FS_READ_FILE);
    if (private_folder)
        allow(ruleset, private_folder, LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR);
    bool entered = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close(ruleset);
    return entered;
}

static bool enter_seccomp(void) {
    static const int denied[] = {SCMP_SYS(execve),
                                 SCMP_SYS(execveat),
                                 SCMP_SYS(ptrace),
                                 SCMP_SYS(process_vm_readv),
                                 SCMP_SYS(process_vm_writev),
                                 SCMP_SYS(mount),
                                 SCMP_SYS(umount2),
                                 SCMP_SYS(pivot_root),
                                 SCMP_SYS(chroot),
                                 SCMP_SYS(unshare),
                                 SCMP_SYS(setns),
                                 SCMP_SYS(open_by_handle_at),
                                 SCMP_SYS(name_to_handle_at),
                                 SCMP_SYS(bpf),
                                 SCMP_SYS(perf_event_open),
                                 SCMP_SYS(userfaultfd),
                                 SCMP_SYS(keyctl),
                                 SCMP_SYS(add_key),
                                 SCMP_SYS(request_key),
                                 SCMP_SYS(kexec_load),
                                 SCMP_SYS(init_module),
                                 SCMP_SYS(finit_module),
                                 SCMP_SYS(delete_module),
                                 SCMP_SYS(reboot),
                                 SCMP_SYS(swapon),
                                 SCMP_SYS(swapoff),
                                 SCMP_SYS(acct),
                                 SCMP_SYS(quotactl),
                                 SCMP_SYS(personality),
                                 SCMP_SYS(io_uring_setup),
                                 SCMP_SYS(pidfd_getfd),
                                 SCMP_SYS(move_mount),
                                 SCMP_SYS(open_tree),
                                 SCMP_SYS(fsopen),
                                 SCMP_SYS(fsmount),
                                 SCMP_SYS(setuid),
                                 SCMP_SYS(setgid),
                                 SCMP_SYS(setresuid),
                                 SCMP_SYS(setresgid),
                                 SCMP_SYS(kcmp)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(denied); i++)
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), denied[i], 0);
    // No other process can be signalled, and no terminal be typed into.
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(kill), 1,
                     SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)getpid()));
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, 0x5412));
    bool loaded = seccomp_load(filter) == 0;
    seccomp_release(filter);
    return loaded;
}

void sandbox_enter(const char *private_folder) {
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    prctl(PR_SET_DUMPABLE, 0);
    bool no_privileges = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    bool landlock = no_privileges && enter_landlock(private_folder);
    bool seccomp = enter_seccomp();
    g_printerr("railhead-session: sandbox: no-new-privileges %s, landlock %s, seccomp %s\n",
               no_privileges ? "on" : "off", landlock ? "on" : "off", seccomp ? "on" : "off");
}
