/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* What stands for the kernel's part in it: the machine's clock must not be set. */
static struct {
    int fd;         /* the timer that waits for a jump of wall time */
    unsigned armed; /* how often it was */
    bool set_again; /* wall time is set once more before the timer is armed the next time */
} jumps;

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the library's are reserved. */

/* As timerfd_create(2) describes it: told of a jump, the timer is armed all the same. */
__attribute__((visibility("default"))) int timerfd_settime(int fd, int flags,
                                                           const struct itimerspec *spec,
                                                           struct itimerspec *old)
{
    int r = (int)syscall(SYS_timerfd_settime, fd, flags, spec, old);

    if (!(flags & TFD_TIMER_CANCEL_ON_SET))
        return r;
    jumps.fd = fd;
    jumps.armed++;
    if (!jumps.set_again)
        return r;
    jumps.set_again = false;
    errno = ECANCELED;
    return -1;
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

typedef struct Told {
    unsigned jumps;
    unsigned armed; /* how often the timer had been armed by then */
} Told;

static void on_news(ClockNews news, void *userdata)
{
    Told *told = userdata;

    g_assert_cmpint(news, ==, CLOCK_JUMP);
    told->jumps++;
    told->armed = jumps.armed;
}

/* Wall time jumps, and the loop runs until that was dispatched. */
static void jump(sd_event *event)
{
    static const struct itimerspec now = {.it_value.tv_nsec = 1};
    struct pollfd timer = {.fd = jumps.fd, .events = POLLIN};

    g_assert_cmpint((int)syscall(SYS_timerfd_settime, jumps.fd, 0, &now, NULL), ==, 0);
    g_assert_cmpint(poll(&timer, 1, -1), ==, 1);
    g_assert_cmpint(sd_event_run(event, 0), >=, 0);
}

static void test_every_jump_is_told(void)
{
    sd_event *event = NULL;
    Clock *clock = NULL;
    Told told = {0};

    g_assert_cmpint(sd_event_new(&event), >=, 0);
    g_assert_cmpint(clock_new(event, on_news, &told, &clock), ==, 0);
    g_assert_cmpuint(jumps.armed, ==, 1);
    for (unsigned i = 1; i <= 4; i++) {
        jumps.set_again = i % 2 == 1;
        jump(event);
        g_assert_cmpuint(told.jumps, ==, i);
        /* What jumps after this would be the next one's to tell. */
        g_assert_cmpuint(told.armed, ==, i + 1);
    }
    clock_free(clock);
    sd_event_unref(event);
}

static void test_set_while_it_is_made(void)
{
    sd_event *event = NULL;
    Clock *clock = NULL;
    Told told = {0};

    g_assert_cmpint(sd_event_new(&event), >=, 0);
    jumps.set_again = true;
    g_assert_cmpint(clock_new(event, on_news, &told, &clock), ==, 0);
    jump(event);
    g_assert_cmpuint(told.jumps, ==, 1);
    clock_free(clock);
    sd_event_unref(event);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock/every-jump-is-told", test_every_jump_is_told);
    g_test_add_func("/clock/set-while-it-is-made", test_set_while_it_is_made);
    return g_test_run();
}
