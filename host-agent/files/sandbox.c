// SPDX-License-Identifier: Apache-2.0
// What railhead-files has left once it talks to a guest: an empty folder for its root, where the system lets
// it have one, so that no path leads to the host; no capabilities; and the system calls of files that are
// open, of what lies beneath them, and of memory. openat2 alone opens. No sockets are made, no programs run.
#include "host-agent/files/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static const int allowed[] = {SCMP_SYS(openat2),
                              SCMP_SYS(close),
                              SCMP_SYS(read),
                              SCMP_SYS(write),
                              SCMP_SYS(pread64),
                              SCMP_SYS(pwrite64),
                              SCMP_SYS(lseek),
                              SCMP_SYS(fstat),
                              SCMP_SYS(newfstatat),
                              SCMP_SYS(statx),
                              SCMP_SYS(fstatfs),
                              SCMP_SYS(getdents64),
                              SCMP_SYS(ftruncate),
                              SCMP_SYS(utimensat),
                              SCMP_SYS(fchmod),
                              SCMP_SYS(mkdirat),
                              SCMP_SYS(unlinkat),
                              SCMP_SYS(renameat),
                              SCMP_SYS(renameat2),
                              SCMP_SYS(fcntl),
                              SCMP_SYS(poll),
                              SCMP_SYS(ppoll),
                              SCMP_SYS(recvfrom),
                              SCMP_SYS(recvmsg),
                              SCMP_SYS(sendto),
                              SCMP_SYS(brk),
                              SCMP_SYS(mmap),
                              SCMP_SYS(munmap),
                              SCMP_SYS(mremap),
                              SCMP_SYS(madvise),
                              SCMP_SYS(mprotect),
                              SCMP_SYS(futex),
                              SCMP_SYS(getrandom),
                              SCMP_SYS(clock_gettime),
                              SCMP_SYS(getpid),
                              SCMP_SYS(gettid),
                              SCMP_SYS(tgkill),
                              SCMP_SYS(rt_sigaction),
                              SCMP_SYS(rt_sigprocmask),
                              SCMP_SYS(rt_sigreturn),
                              SCMP_SYS(restart_syscall),
                              SCMP_SYS(exit),
                              SCMP_SYS(exit_group)};

static bool write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool written = fd >= 0 && dprintf(fd, "%s", text) > 0;
    if (fd >= 0)
        close(fd);
    return written;
}

// Mounts of its own, in a user namespace where that takes one.
static bool leave_namespaces(void) {
    char user[64], group[64];
    int flags = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET;
    snprintf(user, sizeof user, "%u %u 1", getuid(), getuid());
    snprintf(group, sizeof group, "%u %u 1", getgid(), getgid());
    if (unshare(flags) == 0)
        return true;
    return unshare(flags | CLONE_NEWUSER) == 0 && write_file("/proc/self/setgroups", "deny") &&
           write_file("/proc/self/uid_map", user) && write_file("/proc/self/gid_map", group);
}

static bool enter_empty_root(void) {
    const unsigned long strict = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    return leave_namespaces() && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", "/tmp", "tmpfs", strict, "size=4k") == 0 && chdir("/tmp") == 0 &&
           syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0 && chdir("/") == 0 &&
           mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | strict, NULL) == 0;
}

static bool drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};
    return syscall(SYS_capset, &header, none) == 0;
}

static bool enter_seccomp(void) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return false;
    for (unsigned i = 0; i < sizeof allowed / sizeof *allowed; i++)
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    bool loaded = seccomp_load(filter) == 0;
    seccomp_release(filter);
    return loaded;
}

void sandbox_enter(void) {
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    prctl(PR_SET_DUMPABLE, 0);
    bool no_privileges = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    bool root = enter_empty_root(), capabilities = drop_capabilities(), seccomp = enter_seccomp();
    fprintf(stderr,
            "railhead-files: sandbox: no-new-privileges %s, empty root %s, no capabilities %s, seccomp %s\n",
            no_privileges ? "on" : "off", root ? "on" : "off", capabilities ? "on" : "off",
            seccomp ? "on" : "off");
}
