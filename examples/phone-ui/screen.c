/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "screen.h"

#include <curses.h>
#include <glib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LEFT      2
#define VALUE     17
#define BAR_WIDTH 40
#define N_HISTORY 6

enum { PAIR_GOOD = 1, PAIR_BAD, PAIR_BUSY };

/* The states as a phone's user would have them. */
static const struct {
    const char *text;
    int pair;
} states[] = {
    [PROV_STATE_UNKNOWN] = {"In a state that this program does not know", 0},
    [PROV_STATE_DISABLED] = {"Provisioning is off", PAIR_BAD},
    [PROV_STATE_IDLE] = {"Nothing is scheduled", 0},
    [PROV_STATE_SCHEDULED] = {"Up to date", PAIR_GOOD},
    [PROV_STATE_DEFERRED] = {"Waiting for the call to end", PAIR_BUSY},
    [PROV_STATE_RESYNCING] = {"Resyncing ...", PAIR_BUSY},
};

void screen_open(void)
{
    (void)initscr();
    (void)cbreak();
    (void)noecho();
    (void)curs_set(0);
    (void)nodelay(stdscr, TRUE);
    (void)keypad(stdscr, TRUE);
    if (!has_colors())
        return;
    (void)start_color();
    (void)use_default_colors();
    (void)init_pair(PAIR_GOOD, COLOR_GREEN, -1);
    (void)init_pair(PAIR_BAD, COLOR_RED, -1);
    (void)init_pair(PAIR_BUSY, COLOR_BLUE, -1);
}

void screen_close(void)
{
    (void)endwin();
}

void screen_resize(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        (void)resizeterm(size.ws_row, size.ws_col);
}

/* "1:02:03", "4:05" or "2 days" of a number of seconds. */
static char *format_duration(uint64_t seconds)
{
    unsigned minutes = (unsigned)(seconds / 60 % 60), rest = (unsigned)(seconds % 60);

    if (seconds >= 2 * 86400)
        return g_strdup_printf("%u days", (unsigned)(seconds / 86400));
    if (seconds >= 3600)
        return g_strdup_printf("%u:%02u:%02u", (unsigned)(seconds / 3600), minutes, rest);
    return g_strdup_printf("%u:%02u", minutes, rest);
}

static char *format_clock(uint64_t usec)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local((gint64)(usec / G_USEC_PER_SEC));

    return time ? g_date_time_format(time, "%F %T") : g_strdup("?");
}

/* What is longer than its row ends with the row. */
static void draw_text(int row, int column, const char *text)
{
    (void)mvaddnstr(row, column, text, getmaxx(stdscr) - column);
}

static void draw_field(int row, const char *label, const char *value)
{
    draw_text(row, LEFT, label);
    draw_text(row, VALUE, value);
}

/* A library that is newer than this program knows more states. */
static prov_state known_state(const prov_status *status)
{
    return status && status->state < G_N_ELEMENTS(states) ? status->state : PROV_STATE_UNKNOWN;
}

static void draw_state(const prov_status *status)
{
    prov_state state = known_state(status);
    const char *text = status ? states[state].text : "provd is not running";
    int pair = status ? states[state].pair : PAIR_BAD;

    if (state == PROV_STATE_SCHEDULED && status->last_result == PROV_RESULT_FAILURE) {
        text = "Not up to date";
        pair = PAIR_BAD;
    }
    (void)attron(A_BOLD);
    draw_field(1, "Provisioning", "");
    (void)attron(COLOR_PAIR(pair));
    (void)addstr(text);
    (void)attroff(COLOR_PAIR(pair) | A_BOLD);
}

/* A countdown; what is overdue starts any moment. */
static void draw_next(const View *view)
{
    const prov_status *status = view->status;
    uint64_t left = status->next_resync > view->now ? status->next_resync - view->now : 0;
    g_autofree char *duration = NULL, *text = NULL;

    if (!status->next_resync) {
        draw_field(3, "Next resync", "-");
        return;
    }
    duration = format_duration((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
    text = g_strdup_printf("in %s (%s)", duration, prov_reason_name(status->next_reason));
    draw_field(3, "Next resync", text);
}

static void draw_last(const prov_status *status)
{
    g_autofree char *clock = format_clock(status->last_attempt);
    bool failed = status->last_result == PROV_RESULT_FAILURE;

    if (!status->last_attempt) {
        draw_field(4, "Last resync", "never");
        return;
    }
    draw_field(4, "Last resync", clock);
    if (status->last_result == PROV_RESULT_NONE)
        return;
    (void)addstr(", ");
    (void)attron(COLOR_PAIR(failed ? PAIR_BAD : PAIR_GOOD));
    (void)addstr(prov_result_name(status->last_result));
    (void)attroff(COLOR_PAIR(failed ? PAIR_BAD : PAIR_GOOD));
    if (failed)
        draw_field(5, "", status->last_message);
}

/* A bar where the size is known, else what has come so far. */
static void draw_progress(const prov_status *status)
{
    uint64_t received = status->progress_received, expected = status->progress_expected;
    g_autofree char *text = NULL;

    if (status->progress_phase == PROV_PHASE_UNKNOWN)
        return;
    text = g_strdup_printf("%s %s, %" G_GUINT64_FORMAT " bytes", status->progress_rule,
                           prov_phase_name(status->progress_phase), received);
    draw_field(7, "Progress", text);
    if (!expected)
        return;
    (void)mvaddch(8, VALUE, '[');
    (void)mvhline(8, VALUE + 1, '#', (int)(MIN(received, expected) * BAR_WIDTH / expected));
    (void)mvaddch(8, VALUE + 1 + BAR_WIDTH, ']');
}

static void draw_history(prov_attempt **history)
{
    for (int i = 0; i < N_HISTORY && history && history[i]; i++) {
        g_autofree char *clock = format_clock(history[i]->started);

        draw_field(10 + i, i == 0 ? "History" : "", clock);
        (void)printw("  %-9s %-8s", prov_reason_name(history[i]->reason),
                     prov_result_name(history[i]->result));
        if (history[i]->result == PROV_RESULT_FAILURE)
            (void)addstr(prov_failure_name(history[i]->failure));
        else
            (void)printw("%u changed", history[i]->changed);
    }
}

static void draw_keys(const View *view)
{
    int bottom = getmaxy(stdscr) - 1;

    (void)attron(A_REVERSE);
    (void)mvhline(bottom, 0, ' ', getmaxx(stdscr));
    draw_text(bottom, LEFT, "R Resync now   Q Quit");
    (void)attroff(A_REVERSE);
    if (view->note)
        draw_text(bottom - 1, LEFT, view->note);
}

void screen_draw(const View *view)
{
    (void)erase();
    draw_state(view->status);
    if (view->status) {
        draw_next(view);
        draw_last(view->status);
        draw_progress(view->status);
    }
    draw_history(view->history);
    draw_keys(view);
    (void)refresh();
}
