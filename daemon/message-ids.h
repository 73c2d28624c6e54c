/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The ids of log entries that an operator may want to look for: `journalctl MESSAGE_ID=…` finds
 * them, and systemd/provd.catalog explains them. An id never changes its meaning. New ones are
 * made by `systemd-id128 new`.
 */

#define MESSAGE_ATTEMPT_STARTED       "95708f7b57db450e999f8225d2dd5f62"
#define MESSAGE_ATTEMPT_SUCCEEDED     "dae73c1b6a0f4f48bfb33f2f3b701a4e"
#define MESSAGE_ATTEMPT_FAILED        "b6de86ddb37f49bfba4635190b6dc54d"
#define MESSAGE_ATTEMPT_CANCELLED     "0eb7159b3ad04309bc5ccc5265ec1e1d"
#define MESSAGE_MISSING_FILE_ACCEPTED "d0799e0f54b4409f956b3e49ea32d400"
#define MESSAGE_PROFILE_WARNING       "23682a7d644848a3a0b4faa4cc09b28a"
#define MESSAGE_PROVIDER_TEXT         "8e04a400d5304f309ca3196510c4f5bc"
#define MESSAGE_PROVISIONING_DISABLED "476321da55e945c0954aaacfe372ec19"
#define MESSAGE_PROVISIONING_ENABLED  "14964522a35e4a949a5b3efcee62ed2a"
#define MESSAGE_STORE_DAMAGED         "64e5c8cc58ea4e458136745ec1fd4a86"
#define MESSAGE_STORE_READ_ONLY       "ef67eae2c8da47bba38dfe0304133d52"
#define MESSAGE_STORE_FAILED          "a8cf5b4823834c0bbc59ba4294a5f7ae"
#define MESSAGE_CONFIGURATION_READ    "f0e41dda9d70461fbc33812dbfe0e52c"
#define MESSAGE_CONFIGURATION_INVALID "a61a0879ed5842768dbb758ef09e2d8f"
#define MESSAGE_CONFIGURATION_WARNING "b21f24beefd24e56bd09f9554dd1438e"
#define MESSAGE_TIME_ZONE_CHANGED     "9461d12778d14bc38df87c207ae2e77b"
#define MESSAGE_BUS_LOST              "bc96acafc6964a278b9fe5e76d3378bc"
