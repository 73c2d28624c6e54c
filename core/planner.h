/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * When the device resyncs.
 *
 * The planner is a value and three functions on it. What happens to the device comes in as an
 * event, planner_event(), and becomes facts in the Planner: an attempt was asked for, one ended
 * in failure, lines are active. planner_decide() then looks at the facts and answers with one
 * decision: nothing until this moment, or begin this attempt now. There is no clock, no timer and
 * no randomness in here but what is handed in, so the daemon, the simulator and the tests run the
 * same code.
 *
 * Model. Eight kinds of cause can make an attempt due: a request, a SIP NOTIFY, a firmware upgrade
 * attempt (they ask, and are due at once), boot, retry, the daily time, the triggers, and the
 * period (they have a moment). Each is a candidate with a due moment. What starts first wins, and
 * an attempt serves every candidate that is due when it starts; only a request with a rule of its
 * own is served alone, in an attempt of its own. An active line holds back what is due until the
 * lines are idle, or until it has waited for Forced_Resync_Delay.
 *
 *             settings: No                      due, line active
 *     disabled <-----------> idle / scheduled <------------------> deferred
 *                                    |                                |
 *                                    +-----------> resyncing <--------+
 *
 * Intervals live on CLOCK_BOOTTIME, the daily time on CLOCK_REALTIME; at a boot the intervals are
 * carried over by wall time. A random part is drawn once for its cause and kept, here and by
 * planner_save(), until it is used or its cause is another.
 *
 * The shell (the daemon's manager, or provsim) does this and no more:
 *
 *     at its start     planner_init(), planner_load() of what was stored; PLANNER_START
 *     on any event     planner_event() for each thing that happened, then planner_decide() once
 *     on a decision    .stop: stop the running attempt, which ends with PLANNER_FINISHED, cancelled
 *                      .start: begin .attempt, and report its end with PLANNER_FINISHED
 *                      arm the one timer for .alarm, disarm it where there is none, and send
 *                      PLANNER_TICK when it elapses (early or twice does no harm)
 *                      store planner_save() before the attempt begins or the answer is given
 *     on a change      new PlannerSettings, then PLANNER_SETTINGS; PLANNER_TICK where only the
 *                      value of a macro changed
 */

#include "core/condition.h"
#include "core/failure.h"
#include "core/paramset.h"
#include "core/random.h"
#include "core/schedule.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define PLANNER_BOOT_ID_MAX 40          /* bytes, NUL included */
#define PLANNER_LINES_MAX   64          /* lines count from 1 to this */
#define PLANNER_RULES_MAX   8           /* requests with a rule of their own that may wait */
#define PLANNER_RULE_MAX    (16 * 1024) /* bytes of such a rule */
#define PLANNER_TRIGGERS    2
#define PLANNER_NEVER       INT64_MAX

/* A point in time on both clocks, in microseconds: CLOCK_BOOTTIME and CLOCK_REALTIME. */
typedef struct Moment {
    int64_t boottime;
    int64_t realtime;
} Moment;

/* Why an attempt is made; where several apply, the first of these is its reason. */
typedef enum ResyncReason {
    RESYNC_NONE,
    RESYNC_REQUEST,
    RESYNC_SIP,
    RESYNC_UPGRADE,
    RESYNC_BOOT,
    RESYNC_RETRY,
    RESYNC_AT,
    RESYNC_TRIGGER,
    RESYNC_PERIODIC,
} ResyncReason;

#define RESYNC_REASONS (RESYNC_PERIODIC + 1)

typedef enum ResyncResult {
    RESULT_NONE,
    RESULT_SUCCESS,
    RESULT_FAILURE,
    RESULT_CANCELLED,
} ResyncResult;

/* The bus property State. */
typedef enum PlannerStatus {
    PLANNER_DISABLED,  /* Provision_Enable is No */
    PLANNER_IDLE,      /* nothing is scheduled */
    PLANNER_SCHEDULED, /* an attempt is due at a later moment */
    PLANNER_DEFERRED,  /* an attempt is due, and waits for idle lines */
    PLANNER_RESYNCING, /* an attempt is running */
} PlannerStatus;

/* Why something that asked for an attempt gets none. */
typedef enum PlannerRefusal {
    PLANNER_ACCEPTED,
    PLANNER_REFUSED_DISABLED, /* Provision_Enable is No */
    PLANNER_REFUSED_SETTING,  /* Resync_From_SIP or User_Configurable_Resync is No */
    PLANNER_REFUSED_FULL,     /* PLANNER_RULES_MAX are waiting */
} PlannerRefusal;

/* What the next boot was announced to be caused by. */
typedef enum RebootCause {
    REBOOT_UNANNOUNCED,
    REBOOT_UPGRADE,
    REBOOT_PARAMETERS,
    REBOOT_OTHER,
} RebootCause;

typedef enum LineRegistration {
    LINE_UNKNOWN, /* not reported, or the client that reported it has left */
    LINE_REGISTERED,
    LINE_UNREGISTERED,
} LineRegistration;

/*
 * The settings in a form to decide by; never changed, and shared by all that have them in common.
 * Durations are in microseconds.
 */
typedef struct PlannerSettings {
    bool enabled; /* Provision_Enable */
    bool resync_on_reset;
    bool resync_from_sip;
    bool resync_after_upgrade; /* Resync_After_Upgrade_Attempt */
    bool fails_on_fnf;         /* for those who run attempts */
    bool user_configurable;
    bool daily;           /* Resync_At__HHmm_ is valid */
    unsigned at;          /* minutes since midnight, 0 .. 1440 */
    int64_t at_window;    /* Resync_At_Random_Delay as it counts */
    int64_t random_delay; /* Resync_Random_Delay, the longest */
    int64_t forced_delay;
    Schedule *periodic;
    Schedule *retry;
    Condition *trigger[PLANNER_TRIGGERS];           /* NULL: none */
    uint32_t trigger_fingerprint[PLANNER_TRIGGERS]; /* of its text; 0: none */
    GTimeZone *zone;
    const MacroEnv *macros; /* for the triggers; the timers in it do not count */
} PlannerSettings;

/*
 * Reads the settings of a set. Takes a reference to the zone, which NULL makes UTC. macros may be
 * NULL, and must outlive the settings; its values may change (then send PLANNER_TICK). A value
 * that is not valid counts as its default.
 */
PlannerSettings *planner_settings_new(const ParamSet *set, GTimeZone *zone, const MacroEnv *macros);
void planner_settings_free(PlannerSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlannerSettings, planner_settings_free)

/* ---- the state of a device ---- */

/* An attempt that was asked for and waits. */
typedef struct PlannerAsk {
    bool waiting;
    bool force;
    int64_t since; /* boottime at which it became due */
} PlannerAsk;

/* A request with a rule of its own. */
typedef struct PlannerRuleRequest {
    uint64_t id;
    ResyncReason reason; /* request or sip */
    PlannerAsk ask;
    char *rule;
} PlannerRuleRequest;

typedef enum TriggerPhase {
    TRIGGER_FALSE, /* the condition was FALSE when it was last looked at */
    TRIGGER_HELD,  /* TRUE, but an attempt runs or ended less than 60 s ago */
    TRIGGER_DUE,   /* went to TRUE; its attempt has not started yet */
    TRIGGER_SPENT, /* its attempt has started, and it was not FALSE since */
} TriggerPhase;

typedef struct PlannerTrigger {
    uint32_t fingerprint; /* of the condition that the rest is about */
    TriggerPhase phase;
    bool fired;    /* at least once */
    int64_t since; /* boottime at which it became due */
} PlannerTrigger;

/* The interval until the next retry or periodic attempt; only one of the two is ever pending. */
typedef struct PlannerInterval {
    ResyncReason reason;    /* retry, periodic, or none */
    uint32_t delay, random; /* the element that it was made from, s */
    int64_t offset;         /* what was drawn of random, µs */
    int64_t due;            /* boottime */
} PlannerInterval;

/* The next daily attempt. Days are numbered from 1970-01-01, local time. */
typedef struct PlannerDaily {
    int64_t made[2]; /* the days whose attempts were made, the last one first; 0: none */
    int64_t day;     /* the day that is next; 0: none is wanted */
    int64_t minutes; /* the setting that the offset was drawn for */
    int64_t window;  /* µs, likewise */
    int64_t offset;  /* µs after the time of day, drawn for that day */
    int64_t moment;  /* realtime at which it comes, in the zone that it was chosen in */
    bool due;        /* its moment has come, and no attempt has started since */
    int64_t since;   /* boottime at which it came */
} PlannerDaily;

typedef struct PlannerAttempt {
    uint64_t id; /* 0: none */
    ResyncReason reason;
    int provisioning_state; /* $PRVST */
    const char *rule;       /* to be evaluated instead of the configured ones; NULL: those */
} PlannerAttempt;

/*
 * All that the planner knows about a device; boottime fields in microseconds. To be read freely
 * and written by the planner alone. planner_save() knows what of it has to last.
 */
typedef struct Planner {
    Random random;
    char boot_id[PLANNER_BOOT_ID_MAX];
    int64_t boot;         /* boottime of the boot, that is of the first start in it */
    int64_t restarted;    /* boottime of the last start that was no boot; PLANNER_NEVER: none */
    int64_t clock_offset; /* realtime - boottime, kept while it moves by less than 100 ms */
    uint64_t last_id;
    bool disabled;  /* Provision_Enable, when it was last looked at */
    bool absorbing; /* it is Yes again since: what the triggers find TRUE next is spent */
    RebootCause announced;

    PlannerAttempt running; /* its rule is owned */
    bool stopping;          /* the running attempt is to be stopped */

    bool provisioned; /* there was a success, ever */
    uint32_t failures;
    ResyncReason last_reason;
    ResyncResult last_result; /* never cancelled */
    Failure last_failure;     /* where that is a failure */
    Moment last_attempt;      /* its start, as the clocks were then; zero: none */
    Moment last_success;      /* its end, likewise */

    int64_t started; /* $PRVTMR counts from here */
    int64_t ended;   /* end of the last attempt */
    int64_t anchor;  /* the periodic and the retry interval count from here */
    bool retrying;   /* the last attempt that counts for it failed */
    uint32_t retry_place, periodic_place;
    uint32_t periodic_fingerprint; /* of the list that periodic_place is a place in */
    int64_t retry_after;           /* the server wants this pause, µs; 0: none */
    PlannerInterval interval;

    bool boot_pending;
    int64_t boot_span, boot_offset; /* µs: drawn up to span */
    PlannerDaily daily;
    PlannerTrigger trigger[PLANNER_TRIGGERS];
    PlannerAsk request, sip, upgrade;
    uint64_t request_id;
    GPtrArray *rules; /* PlannerRuleRequest, in the order in which they came; NULL: none */

    int64_t upgrade_attempt; /* $UPGTMR counts from here */
    unsigned active_lines;
    int64_t *unregistered; /* by line - 1: boottime of the loss, or NEVER; NULL: for no line */
} Planner;

void planner_init(Planner *planner);
void planner_clear(Planner *planner);

/* Makes a copy of its own, to try on what an event does before that is durable. */
void planner_copy(const Planner *planner, Planner *ret_copy);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Planner, planner_clear)

/*
 * What has to last, as text by name, for a table of such rows: a new table. Rows are the same as
 * long as nothing changed, and what is zero has none. Each is for people to read; times are
 * microseconds of CLOCK_BOOTTIME unless they say otherwise.
 */
GHashTable *planner_save(const Planner *planner);

/*
 * Takes up what was saved. Goes into a planner that was just initialised. Rows that are missing,
 * unknown or damaged cost no more than what they hold; false where there was a damaged one.
 * All names begin with "planner."; rows of other names are somebody else's.
 */
bool planner_load(Planner *planner, GHashTable *rows);

/* ---- events ---- */

typedef enum PlannerEventType {
    PLANNER_TICK,          /* look again: the alarm went off, or a macro's value changed */
    PLANNER_START,         /* the shell started; must come first */
    PLANNER_SETTINGS,      /* other settings than with the last call */
    PLANNER_CLOCK,         /* wall time jumped, or the zone is another */
    PLANNER_WAKE,          /* the device was asleep */
    PLANNER_REQUEST,       /* ResyncNow */
    PLANNER_SIP,           /* a NOTIFY that asks for a resync */
    PLANNER_UPGRADE,       /* a firmware upgrade was attempted */
    PLANNER_REBOOT,        /* the cause of the next boot is announced */
    PLANNER_LINES,         /* the number of active lines is another */
    PLANNER_REGISTRATION,  /* a line got or lost its registration */
    PLANNER_FINISHED,      /* the running attempt ended */
    PLANNER_CANCEL,        /* CancelResync */
    PLANNER_FACTORY_RESET, /* schedule state cleared; the settings handed in are the defaults */
} PlannerEventType;

typedef struct PlannerEvent {
    PlannerEventType type;
    union {
        struct {
            const char *boot_id; /* not the one that is known: a boot; else a restart in it */
            uint64_t seed;       /* entropy for the generator, not the same at two starts */
        } start;
        struct {
            int64_t slept; /* µs until now */
        } wake;
        struct {
            bool force;         /* do not wait for idle lines */
            bool administrator; /* else User_Configurable_Resync counts */
            const char
                *rule; /* NULL: the configured ones; copied; one of PLANNER_RULE_MAX is cut */
        } request;
        struct {
            const char *rule; /* likewise */
        } sip;
        struct {
            bool success; /* no part of a decision; UPGERR and its text are the shell's to keep */
        } upgrade;
        struct {
            RebootCause cause;
        } reboot;
        struct {
            unsigned active;
        } lines;
        struct {
            unsigned line; /* 1 .. PLANNER_LINES_MAX; others are ignored */
            LineRegistration registration;
        } registration;
        struct {
            uint64_t id; /* any but the running one's is ignored */
            ResyncResult result;
            Failure failure;      /* of RESULT_FAILURE */
            uint64_t retry_after; /* s, of a 503 or 429; 0: none */
        } finished;
    };
} PlannerEvent;

/* What there is to tell about an event at once. */
typedef struct PlannerReply {
    PlannerRefusal refusal; /* of a request or a NOTIFY */
    uint64_t id; /* request: of the attempt that will serve it; a NOTIFY with a rule too */
    PlannerAttempt interrupted; /* start: the attempt that a kill or a power cut ended, now a
                                   failure of class Interrupted; id 0: none; its rule is not told */
} PlannerReply;

/*
 * Takes in what happened at a moment. Moments never go back on CLOCK_BOOTTIME but over a boot.
 * ret_reply may be NULL.
 */
void planner_event(Planner *planner, const PlannerSettings *settings, Moment now,
                   const PlannerEvent *event, PlannerReply *ret_reply);

typedef enum PlannerClock {
    PLANNER_CLOCK_NONE,
    PLANNER_CLOCK_BOOTTIME,
    PLANNER_CLOCK_REALTIME,
} PlannerClock;

/* When the shell has to call next, whatever else may happen before. */
typedef struct PlannerAlarm {
    PlannerClock clock; /* none: only an event can bring something new */
    int64_t at;         /* absolute, on that clock, and later than now */
} PlannerAlarm;

typedef struct PlannerDecision {
    PlannerStatus status;
    ResyncReason reason; /* of the next attempt, or of the running one */
    Moment due;          /* scheduled: the next attempt's; deferred: the forced moment; else zero */
    bool start;          /* begin `attempt` now; status is resyncing */
    bool stop;           /* stop the running attempt; repeated until it has finished */
    PlannerAttempt attempt; /* the running one; its rule lives until it has finished */
    PlannerAlarm alarm;
} PlannerDecision;

/* What to do, after all events of a moment. With .start, the planner counts the attempt as begun.
 */
PlannerDecision planner_decide(Planner *planner, const PlannerSettings *settings, Moment now);

/* ---- for those who show and expand ---- */

/* One cause, and where it stands. */
typedef struct PlannerCandidate {
    ResyncReason reason;
    Moment due;       /* zero: not due at any known moment */
    const char *held; /* what holds it back or switches it off, for people; NULL: nothing */
} PlannerCandidate;

/* Every cause in the order of their rank: an array of PlannerCandidate. Changes nothing. */
GArray *planner_explain(const Planner *planner, const PlannerSettings *settings, Moment now);

/* What the line timer of a MacroEnv needs to be known. */
typedef struct PlannerTimers {
    const Planner *planner;
    Moment now;
} PlannerTimers;

/*
 * Puts PRVTMR, UPGTMR, REGTMRn, and the PRVST of the running or last attempt into env, which keeps
 * a pointer to timers.
 */
void planner_fill_macros(const PlannerTimers *timers, MacroEnv *env);

/* The words of the bus: "request", "deferred", "success", "upgrade". Static. */
const char *resync_reason_to_string(ResyncReason reason);
const char *resync_result_to_string(ResyncResult result);
const char *planner_status_to_string(PlannerStatus status);
const char *reboot_cause_to_string(RebootCause cause);
bool reboot_cause_from_string(const char *name, RebootCause *ret_cause);
