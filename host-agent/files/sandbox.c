// SPDX-License-Identifier: Apache-2.0
// The system calls that railhead-files has left once it talks to a guest: those of files that are open, of
// what lies beneath them, and memory. No open() or openat(): openat2 alone opens, and this program has no
// folder but those that it was sent. No sockets are made, no programs run.
#include "host-agent/files/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static const int allowed[] = {
    SCMP_SYS(openat2),       SCMP_SYS(close),          SCMP_SYS(read),         SCMP_SYS(write),
    SCMP_SYS(pread64),       SCMP_SYS(pwrite64),       SCMP_SYS(lseek),        SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),    SCMP_SYS(statx),          SCMP_SYS(fstatfs),      SCMP_SYS(getdents64),
    SCMP_SYS(ftruncate),     SCMP_SYS(utimensat),      SCMP_SYS(fchmod),       SCMP_SYS(mkdirat),
    SCMP_SYS(unlinkat),      SCMP_SYS(renameat2),      SCMP_SYS(fcntl),        SCMP_SYS(poll),
    SCMP_SYS(ppoll),         SCMP_SYS(recvfrom),       SCMP_SYS(recvmsg),      SCMP_SYS(sendto),
    SCMP_SYS(brk),           SCMP_SYS(mmap),           SCMP_SYS(munmap),       SCMP_SYS(mremap),
    SCMP_SYS(madvise),       SCMP_SYS(mprotect),       SCMP_SYS(futex),        SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime), SCMP_SYS(getpid),         SCMP_SYS(gettid),       SCMP_SYS(tgkill),
    SCMP_SYS(rt_sigaction),  SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),          SCMP_SYS(exit_group)};

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
    bool seccomp = enter_seccomp();
    fprintf(stderr, "railhead-files: sandbox: no-new-privileges %s, seccomp %s\n",
            no_privileges ? "on" : "off", seccomp ? "on" : "off");
}
