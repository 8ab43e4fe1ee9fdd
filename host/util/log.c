/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qapi/error.h"

int qemu_loglevel;

typedef struct LogItem {
    int mask;
    const char *name;
    const char *help;
} LogItem;

static const LogItem log_items[] = {
    { CPU_LOG_INT, "int", "show interrupts/exceptions in short format" },
    { CPU_LOG_EXEC, "exec", "show every executed instruction's address" },
    { CPU_LOG_TB_CPU, "cpu", "show CPU registers" },
    { CPU_LOG_MMU, "mmu", "log MMU-related activities" },
    { CPU_LOG_RESET, "cpu_reset", "show CPU state before CPU resets" },
    { LOG_UNIMP, "unimp", "log unimplemented functionality" },
    { LOG_GUEST_ERROR, "guest_errors", "log when the guest does something invalid" },
    { LOG_INVALID_MEM, "invalid_mem", "log invalid memory accesses" },
};

static GMutex log_lock; /* guards what follows */
static FILE *log_file;  /* NULL: stderr */
static int64_t window_start;
static unsigned in_window;
static unsigned long suppressed;

/* Called locked. False: this line is one too many for its second. */
static bool rate_allows(FILE *f)
{
    int64_t now = g_get_monotonic_time();

    if (now - window_start >= G_USEC_PER_SEC) {
        if (suppressed) {
            fprintf(f, "(%lu log lines suppressed)\n", suppressed);
        }
        window_start = now;
        in_window = 0;
        suppressed = 0;
    }
    if (in_window >= LOG_BURST) {
        suppressed++;
        return false;
    }
    in_window++;
    return true;
}

FILE *qemu_log_trylock(void)
{
    g_mutex_lock(&log_lock);
    return log_file ? log_file : stderr;
}

void qemu_log_unlock(FILE *f)
{
    fflush(f);
    g_mutex_unlock(&log_lock);
}

void qemu_log(const char *fmt, ...)
{
    FILE *f = qemu_log_trylock();
    va_list ap;

    if (rate_allows(f)) {
        va_start(ap, fmt);
        vfprintf(f, fmt, ap);
        va_end(ap);
    }
    qemu_log_unlock(f);
}

int qemu_str_to_log_mask(const char *str)
{
    g_auto(GStrv) words = g_strsplit(str, ",", -1);
    int mask = 0;

    for (char **w = words; *w; w++) {
        int bit = !strcmp(*w, "all") ? ~0 : 0;

        for (size_t i = 0; i < ARRAY_SIZE(log_items); i++) {
            if (!strcmp(*w, log_items[i].name)) {
                bit = log_items[i].mask;
            }
        }
        if (!bit) {
            return 0;
        }
        mask |= bit;
    }
    return mask;
}

void qemu_print_log_usage(FILE *f)
{
    fprintf(f, "Log items (comma separated):\n");
    for (size_t i = 0; i < ARRAY_SIZE(log_items); i++) {
        fprintf(f, "%-15s %s\n", log_items[i].name, log_items[i].help);
    }
}

bool qemu_set_log(int log_flags, Error **errp)
{
    qemu_loglevel = log_flags;
    return true;
}

/* "%d", once, is the process id; no other "%" may be in it. */
static char *expand_pid(const char *filename, Error **errp)
{
    const char *percent = strchr(filename, '%');

    if (!percent) {
        return g_strdup(filename);
    }
    if (percent[1] != 'd' || strchr(percent + 2, '%')) {
        error_setg(errp, "Bad logfile template: %s (one %%d is the process id)",
                   filename);
        return NULL;
    }
    return g_strdup_printf("%.*s%d%s", (int)(percent - filename), filename, getpid(),
                           percent + 2);
}

bool qemu_set_log_filename(const char *filename, Error **errp)
{
    g_autofree char *path = NULL;
    FILE *f = NULL;

    if (filename) {
        path = expand_pid(filename, errp);
        f = path ? fopen(path, "we") : NULL;
        if (path && !f) {
            error_setg_errno(errp, errno, "Could not open log file '%s'", path);
        }
        if (!f) {
            return false;
        }
    }
    g_mutex_lock(&log_lock);
    if (log_file) {
        fclose(log_file);
    }
    log_file = f;
    g_mutex_unlock(&log_lock);
    return true;
}

bool qemu_log_enabled(void)
{
    return qemu_loglevel != 0;
}
