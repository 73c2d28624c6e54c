/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Without it the library adds the file and line of every call, which say nothing to an operator. */
#define SD_JOURNAL_SUPPRESS_LOCATION

#include "daemon/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

typedef struct LogLevel {
    const char *name;
    int level;
} LogLevel;

/* The first name of a level is the one that is given out. */
static const LogLevel log_levels[] = {
    {"emerg", LOG_EMERG},   {"alert", LOG_ALERT}, {"crit", LOG_CRIT},
    {"err", LOG_ERR},       {"error", LOG_ERR},   {"warning", LOG_WARNING},
    {"notice", LOG_NOTICE}, {"info", LOG_INFO},   {"debug", LOG_DEBUG},
};

/* Like stderr and the journal's socket, the level and the target are the process's: see log.h. */
static int max_level = LOG_INFO;
static bool to_journal = false;

/* $JOURNAL_STREAM holds device and inode of the stream that systemd opened to the journal. */
static bool stderr_is_journal(void)
{
    const char *stream = g_getenv("JOURNAL_STREAM");
    g_autofree char *own = NULL;
    struct stat st;

    if (!stream || fstat(STDERR_FILENO, &st) < 0)
        return false;
    own = g_strdup_printf("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    return g_str_equal(own, stream);
}

void log_open(void)
{
    to_journal = stderr_is_journal();
}

const char *log_target(void)
{
    return to_journal ? "journal" : "console";
}

void log_set_level(int level)
{
    g_return_if_fail(level >= LOG_EMERG && level <= LOG_DEBUG);
    max_level = level;
}

int log_level(void)
{
    return max_level;
}

bool log_level_from_string(const char *name, int *ret_level)
{
    for (guint i = 0; i < G_N_ELEMENTS(log_levels); i++)
        if (g_strcmp0(log_levels[i].name, name) == 0) {
            *ret_level = log_levels[i].level;
            return true;
        }
    return false;
}

const char *log_level_to_string(int level)
{
    for (guint i = 0; i < G_N_ELEMENTS(log_levels); i++)
        if (log_levels[i].level == level)
            return log_levels[i].name;
    g_return_val_if_reached(NULL);
}

char *log_escape(const char *text)
{
    GString *out = g_string_sized_new(strlen(text) + 8);

    while (*text) {
        gunichar c = g_utf8_get_char_validated(text, -1);
        bool valid = c != (gunichar)-1 && c != (gunichar)-2;
        const char *next = valid ? g_utf8_next_char(text) : text + 1;

        if (c == '\n')
            g_string_append(out, "\\n");
        else if (valid && !g_unichar_iscntrl(c) && c != 0x2028 && c != 0x2029)
            g_string_append_len(out, text, next - text);
        else
            for (const char *p = text; p < next; p++)
                g_string_append_printf(out, "\\x%02x", (unsigned char)*p);
        text = next;
    }
    return g_string_free(out, FALSE);
}

static bool send_to_journal(int level, const LogField *fields, const char *text)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree struct iovec *iov = NULL;

    g_ptr_array_add(lines, g_strdup_printf("PRIORITY=%d", level));
    g_ptr_array_add(lines, g_strconcat("MESSAGE=", text, NULL));
    for (const LogField *f = fields; f && f->name; f++)
        if (f->value)
            g_ptr_array_add(lines, g_strconcat(f->name, "=", f->value, NULL));

    iov = g_new(struct iovec, lines->len);
    for (guint i = 0; i < lines->len; i++)
        iov[i] = (struct iovec){lines->pdata[i], strlen(lines->pdata[i])};
    return sd_journal_sendv(iov, (int)lines->len) >= 0;
}

/* In one write, so that entries of several processes on one terminal do not mix. */
static void write_to_stderr(int level, const char *text)
{
    g_autofree char *line = g_strdup_printf("%s: %s\n", log_level_to_string(level), text);

    (void)fputs(line, stderr);
}

void log_message(int level, const LogField *fields, const char *format, ...)
{
    g_autofree char *raw = NULL;
    g_autofree char *text = NULL;
    va_list arguments;

    if (level > max_level)
        return;

    va_start(arguments, format);
    raw = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    text = log_escape(raw);

    if (!to_journal || !send_to_journal(level, fields, text))
        write_to_stderr(level, text);
}
