/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * libcurl's multi interface on an sd-event loop: libcurl says which sockets and which moment it
 * waits for, the loop watches them. Nothing is polled.
 *
 * The multi handle lives while a transfer runs. With the last one it goes, and with it every cached
 * connection, address and TLS session: an idle loop holds no socket and arms no timer.
 */

#include <curl/curl.h>
#include <glib.h>
#include <systemd/sd-event.h>

typedef struct CurlLoop CurlLoop;

/*
 * A transfer has ended with code; the easy handle has left the loop and is the callee's. userdata
 * is the handle's CURLOPT_PRIVATE. Transfers may be added and removed in here.
 */
typedef void (*CurlLoopDone)(CURL *easy, CURLcode code, void *userdata);

CurlLoop *curl_loop_new(sd_event *event, CurlLoopDone done);

/* No transfer may be left in it. */
void curl_loop_free(CurlLoop *loop);

/* A new easy handle, NULL where there is no memory for one; curl_easy_cleanup() is the caller's. */
CURL *curl_loop_new_easy(CurlLoop *loop);

/*
 * Runs the transfer of an easy handle, which stays the caller's. done is called from the loop,
 * never from in here. Returns 0 or a negative errno, with the handle untouched.
 */
int curl_loop_add(CurlLoop *loop, CURL *easy);

/*
 * Takes a transfer out before it has ended; done is not called for it. Not to be called from a
 * callback of libcurl's.
 */
void curl_loop_remove(CurlLoop *loop, CURL *easy);
