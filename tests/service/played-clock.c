/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Preloaded into the daemon, it gives the daemon clocks and a time zone of its own; those of the
 * machine that tests run on must not be touched.
 *
 * The directory $PLAYED_CLOCK holds the file "offsets", two int64_t: how many nanoseconds wall time
 * and CLOCK_BOOTTIME are ahead of the machine's, and "localtime", which stands for /etc/localtime.
 * SIGUSR1 tells that the offsets have changed. Timers that wait for a clock are then set anew, as
 * the kernel does it where a clock is set, and those that wait for just that elapse.
 */

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NSEC_PER_SEC INT64_C(1000000000)
#define TIMERS_MAX   256 /* file descriptors, counted from 0 */
#define EXPORT       __attribute__((visibility("default")))

typedef struct Offsets {
    int64_t realtime, boottime;
} Offsets;

typedef struct Timer {
    clockid_t clock;
    bool absolute, awaits_jump;
    struct itimerspec spec; /* as the daemon gave it */
} Timer;

static const Offsets *offsets = &(const Offsets){};
static Timer timers[TIMERS_MAX];

static int64_t offset_of(clockid_t id)
{
    switch (id) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        return offsets->realtime;
    case CLOCK_BOOTTIME:
        return offsets->boottime;
    default:
        return 0;
    }
}

static struct timespec to_timespec(int64_t nsec)
{
    return (struct timespec){.tv_sec = nsec / NSEC_PER_SEC, .tv_nsec = nsec % NSEC_PER_SEC};
}

static int64_t to_nsec(struct timespec time)
{
    return time.tv_sec * NSEC_PER_SEC + time.tv_nsec;
}

/* Sets the kernel's timer to what the daemon's means by the machine's clock. */
static int arm(int fd, const Timer *timer, int flags, struct itimerspec *old)
{
    struct itimerspec spec = timer->spec;
    int64_t at = to_nsec(spec.it_value);

    if (timer->absolute && !timer->awaits_jump && at > 0) {
        at -= offset_of(timer->clock);
        spec.it_value = to_timespec(at > 0 ? at : 1);
    }
    return (int)syscall(SYS_timerfd_settime, fd, flags, &spec, old);
}

static void on_jump(int number)
{
    static const struct itimerspec now = {.it_value.tv_nsec = 1};

    (void)number;
    for (int fd = 0; fd < TIMERS_MAX; fd++)
        if (timers[fd].awaits_jump)
            (void)syscall(SYS_timerfd_settime, fd, 0, &now, NULL);
        else if (timers[fd].absolute)
            (void)arm(fd, &timers[fd], TFD_TIMER_ABSTIME, NULL);
}

static const char *own_path(const char *name, char path[static PATH_MAX])
{
    (void)snprintf(path, PATH_MAX, "%s/%s", getenv("PLAYED_CLOCK"), name);
    return path;
}

__attribute__((constructor)) static void begin(void)
{
    struct sigaction action = {.sa_handler = on_jump, .sa_flags = SA_RESTART};
    char path[PATH_MAX];
    int fd = (int)syscall(SYS_openat, AT_FDCWD, own_path("offsets", path), O_RDONLY | O_CLOEXEC);
    void *map = mmap(NULL, sizeof(Offsets), PROT_READ, MAP_SHARED, fd, 0);

    if (map == MAP_FAILED)
        abort();
    offsets = map;
    (void)close(fd);
    (void)sigaction(SIGUSR1, &action, NULL);
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the library's are reserved. */

EXPORT int clock_gettime(clockid_t id, struct timespec *ret_now)
{
    int r = (int)syscall(SYS_clock_gettime, id, ret_now);

    if (r == 0)
        *ret_now = to_timespec(to_nsec(*ret_now) + offset_of(id));
    return r;
}

EXPORT int gettimeofday(struct timeval *ret_now, void *zone)
{
    struct timespec now;
    int r = clock_gettime(CLOCK_REALTIME, &now);

    (void)zone;
    *ret_now = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return r;
}

EXPORT time_t time(time_t *ret_now)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (ret_now)
        *ret_now = now.tv_sec;
    return now.tv_sec;
}

EXPORT int timerfd_create(clockid_t id, int flags)
{
    int fd = (int)syscall(SYS_timerfd_create, id, flags);

    if (fd >= 0 && fd < TIMERS_MAX)
        timers[fd] = (Timer){.clock = id};
    return fd;
}

EXPORT int timerfd_settime(int fd, int flags, const struct itimerspec *spec, struct itimerspec *old)
{
    Timer timer = {.spec = *spec};

    if (fd >= 0 && fd < TIMERS_MAX) {
        timer.clock = timers[fd].clock;
        timer.absolute = flags & TFD_TIMER_ABSTIME;
        timer.awaits_jump = flags & TFD_TIMER_CANCEL_ON_SET;
        timers[fd] = timer;
    }
    return arm(fd, &timer, flags, old);
}

/* /etc is watched for a change of the zone. */
static const char *redirect(const char *path, char own[static PATH_MAX])
{
    if (strcmp(path, "/etc") == 0)
        return getenv("PLAYED_CLOCK");
    return strcmp(path, "/etc/localtime") == 0 ? own_path("localtime", own) : path;
}

EXPORT ssize_t readlink(const char *path, char *target, size_t size)
{
    char own[PATH_MAX];

    return syscall(SYS_readlinkat, AT_FDCWD, redirect(path, own), target, size);
}

/* Linked as open64. */
EXPORT int open(const char *path, int flags, ...)
{
    char own[PATH_MAX];
    mode_t mode = 0;

    if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) {
        va_list rest;

        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    return (int)syscall(SYS_openat, AT_FDCWD, redirect(path, own), flags, mode);
}

/* The same where a compiler has looked for the missing mode. */
int open_checked(const char *path, int flags) __asm__("__open64_2");

EXPORT int open_checked(const char *path, int flags)
{
    return open(path, flags);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
