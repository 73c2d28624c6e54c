/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Preloaded into the daemon, it sets the daemon's wall clock to the first day of 1970, as it is on
 * a device without a battery. The clock of the machine that tests run on must not be touched.
 */

#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECONDS_OF_A_DAY 86400

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the library's are reserved. */

__attribute__((visibility("default"))) int clock_gettime(clockid_t id, struct timespec *ret_now)
{
    int r = (int)syscall(SYS_clock_gettime, id, ret_now);

    if (r == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        ret_now->tv_sec %= SECONDS_OF_A_DAY;
    return r;
}

__attribute__((visibility("default"))) int gettimeofday(struct timeval *ret_now, void *zone)
{
    struct timespec now;
    int r = clock_gettime(CLOCK_REALTIME, &now);

    (void)zone;
    *ret_now = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return r;
}

__attribute__((visibility("default"))) time_t time(time_t *ret_now)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (ret_now)
        *ret_now = now.tv_sec;
    return now.tv_sec;
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
