/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "system/process.h"
#include "system/runstate.h"

static int signal_fd = -1;
static char *pidfile;
static int pidfile_fd = -1;
static int daemon_pipe = -1;

static void on_signal(void *opaque)
{
    struct signalfd_siginfo info;

    if (RETRY_ON_EINTR(read(signal_fd, &info, sizeof(info))) != sizeof(info)) {
        return;
    }
    error_report("terminating on signal %d from pid %u", info.ssi_signo, info.ssi_pid);
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_SIGNAL);
}

void process_handle_signals(void)
{
    sigset_t set;

    /* Writing to a client that has gone is an error, not the end. */
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    qemu_set_fd_handler(signal_fd, on_signal, NULL, NULL);
}

bool process_write_pidfile(const char *path, Error **errp)
{
    g_autofree char *text = g_strdup_printf("%d\n", getpid());

    if (!path) {
        return true;
    }
    pidfile_fd = qemu_create(path, O_RDWR, 0644, errp);
    if (pidfile_fd < 0) {
        error_prepend(errp, "-pidfile: ");
        return false;
    }
    if (flock(pidfile_fd, LOCK_EX | LOCK_NB)) {
        error_setg_errno(errp, errno, "-pidfile: cannot lock PID file '%s'", path);
        return false;
    }
    if (ftruncate(pidfile_fd, 0) ||
        qemu_write_full(pidfile_fd, text, strlen(text)) != strlen(text)) {
        error_setg_errno(errp, errno, "-pidfile: cannot write '%s'", path);
        return false;
    }
    pidfile = g_strdup(path);
    return true;
}

/* The process that was started: its end says how the start went. */
static void G_GNUC_NORETURN wait_for_daemon(int fd)
{
    uint8_t status = 1;

    if (RETRY_ON_EINTR(read(fd, &status, 1)) != 1) {
        status = 1;
    }
    _exit(status);
}

bool process_daemonize(Error **errp)
{
    int fds[2];
    pid_t pid;

    if (pipe2(fds, O_CLOEXEC)) {
        error_setg_errno(errp, errno, "-daemonize: cannot make a pipe");
        return false;
    }
    pid = fork();
    if (pid < 0) {
        error_setg_errno(errp, errno, "-daemonize: cannot fork");
        return false;
    }
    if (pid > 0) {
        close(fds[1]);
        wait_for_daemon(fds[0]);
    }
    close(fds[0]);
    daemon_pipe = fds[1];
    setsid();
    umask(027);
    return true;
}

void process_daemon_ready(void)
{
    uint8_t status = 0;
    int null;

    if (daemon_pipe < 0) {
        return;
    }
    null = qemu_open_old("/dev/null", O_RDWR);
    if (null < 0 || chdir("/")) {
        exit(1);
    }
    for (int fd = 0; fd < 3; fd++) {
        dup2(null, fd);
    }
    close(null);
    if (qemu_write_full(daemon_pipe, &status, 1) != 1) {
        exit(1);
    }
    close(daemon_pipe);
    daemon_pipe = -1;
}

typedef struct Identity {
    uid_t uid;
    gid_t gid;
    const char *name; /* its groups count, too; NULL: it has none */
} Identity;

static bool find_user(const char *user, Identity *id, Error **errp)
{
    struct passwd *pwd = getpwnam(user);
    unsigned uid, gid;
    char rest;

    if (pwd) {
        *id = (Identity){ pwd->pw_uid, pwd->pw_gid, pwd->pw_name };
        return true;
    }
    if (sscanf(user, "%u:%u%c", &uid, &gid, &rest) == 2) {
        *id = (Identity){ uid, gid, NULL };
        return true;
    }
    error_setg(errp, "-run-with user=%s: no such user (and it is not UID:GID)", user);
    return false;
}

static bool become(const Identity *id, Error **errp)
{
    int groups = id->name ? initgroups(id->name, id->gid) : setgroups(1, &id->gid);

    if (groups || setgid(id->gid) || setuid(id->uid)) {
        error_setg_errno(errp, errno, "-run-with user=: cannot become %u:%u", id->uid,
                         id->gid);
        return false;
    }
    if (id->uid && setuid(0) == 0) {
        error_setg(errp, "-run-with user=: root's rights could not be given up");
        return false;
    }
    return true;
}

bool process_drop_rights(const char *root, const char *user, Error **errp)
{
    Identity id;

    if (user && !find_user(user, &id, errp)) { /* while /etc/passwd is in reach */
        return false;
    }
    if (root && (chroot(root) || chdir("/"))) {
        error_setg_errno(errp, errno, "-run-with chroot=%s: cannot enter", root);
        return false;
    }
    return !user || become(&id, errp);
}

void process_cleanup(void)
{
    if (pidfile) {
        unlink(pidfile);
        g_free(pidfile);
        pidfile = NULL;
    }
}
