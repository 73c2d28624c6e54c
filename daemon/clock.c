/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/clock.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* The behaviour is promised to the second; this much may be traded for fewer wake-ups. */
#define ACCURACY_USEC 1000

struct Clock {
    sd_event_source *boottime;
    sd_event_source *realtime;
    sd_event_source *jump;
    sd_event_source *zone;
    int64_t asleep; /* CLOCK_BOOTTIME - CLOCK_MONOTONIC when last looked at, µs */
    ClockTell tell;
    void *userdata;
};

static int64_t read_clock(clockid_t id)
{
    struct timespec now;

    if (clock_gettime(id, &now) < 0)
        g_error("clock %d cannot be read: %m", (int)id);
    return (int64_t)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

Moment clock_now(void)
{
    return (Moment){.boottime = read_clock(CLOCK_BOOTTIME), .realtime = read_clock(CLOCK_REALTIME)};
}

static int64_t time_asleep(void)
{
    return read_clock(CLOCK_BOOTTIME) - read_clock(CLOCK_MONOTONIC);
}

int64_t clock_slept(Clock *clock)
{
    int64_t asleep = time_asleep();
    int64_t slept = asleep - clock->asleep;

    clock->asleep = asleep;
    return slept;
}

GTimeZone *clock_zone(void)
{
    return g_time_zone_new_local();
}

static int on_alarm(sd_event_source *source, uint64_t usec, void *userdata)
{
    Clock *clock = userdata;

    clock->tell(CLOCK_ALARM, clock->userdata);
    return 0;
}

static void set_timer(sd_event_source *source, bool wanted, int64_t at)
{
    if (wanted)
        (void)sd_event_source_set_time(source, (uint64_t)at);
    (void)sd_event_source_set_enabled(source, wanted ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

void clock_set_alarm(Clock *clock, const PlannerAlarm *alarm)
{
    set_timer(clock->boottime, alarm->clock == PLANNER_CLOCK_BOOTTIME, alarm->at);
    set_timer(clock->realtime, alarm->clock == PLANNER_CLOCK_REALTIME, alarm->at);
}

/*
 * A timer that never elapses, but is cancelled when wall time is set (timerfd_create(2)). Where
 * that has just happened, ECANCELED says so, and it is armed all the same.
 */
static int arm_jump_timer(int fd)
{
    struct itimerspec never = {.it_value.tv_sec = (time_t)(INT64_MAX / G_USEC_PER_SEC)};
    int r = timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);

    return r < 0 && errno != ECANCELED ? -errno : 0;
}

static int on_jump(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    Clock *clock = userdata;
    uint64_t expirations;
    int r;

    /* Armed before it is told, which takes a while: a jump during that is another one to tell. */
    (void)!read(fd, &expirations, sizeof(expirations));
    r = arm_jump_timer(fd);
    clock->tell(CLOCK_JUMP, clock->userdata);
    return r;
}

static int add_jump_timer(sd_event *event, Clock *clock)
{
    int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    int r;

    if (fd < 0)
        return -errno;
    r = arm_jump_timer(fd);
    if (r >= 0)
        r = sd_event_add_io(event, &clock->jump, fd, EPOLLIN, on_jump, clock);
    if (r < 0) {
        close(fd);
        return r;
    }
    return sd_event_source_set_io_fd_own(clock->jump, true);
}

static int on_etc_changed(sd_event_source *source, const struct inotify_event *event,
                          void *userdata)
{
    Clock *clock = userdata;

    if (event->len > 0 && strcmp(event->name, "localtime") == 0)
        clock->tell(CLOCK_ZONE, clock->userdata);
    return 0;
}

static int add_sources(sd_event *event, Clock *clock)
{
    int r = sd_event_add_time(event, &clock->boottime, CLOCK_BOOTTIME, UINT64_MAX, ACCURACY_USEC,
                              on_alarm, clock);

    if (r >= 0)
        r = sd_event_source_set_enabled(clock->boottime, SD_EVENT_OFF);
    if (r >= 0)
        r = sd_event_add_time(event, &clock->realtime, CLOCK_REALTIME, UINT64_MAX, ACCURACY_USEC,
                              on_alarm, clock);
    if (r >= 0)
        r = sd_event_source_set_enabled(clock->realtime, SD_EVENT_OFF);
    if (r >= 0)
        r = add_jump_timer(event, clock);
    if (r >= 0)
        r = sd_event_add_inotify(event, &clock->zone, "/etc",
                                 IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_ONLYDIR,
                                 on_etc_changed, clock);
    return r;
}

int clock_new(sd_event *event, ClockTell tell, void *userdata, Clock **ret_clock)
{
    Clock *clock = g_new(Clock, 1);
    int r;

    *clock = (Clock){.asleep = time_asleep(), .tell = tell, .userdata = userdata};
    r = add_sources(event, clock);
    if (r < 0) {
        clock_free(clock);
        return r;
    }
    *ret_clock = clock;
    return 0;
}

void clock_free(Clock *clock)
{
    if (!clock)
        return;
    sd_event_source_disable_unref(clock->boottime);
    sd_event_source_disable_unref(clock->realtime);
    sd_event_source_disable_unref(clock->jump);
    sd_event_source_disable_unref(clock->zone);
    g_free(clock);
}
