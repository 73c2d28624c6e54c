/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/request-error.h"

G_DEFINE_QUARK(provd_request_error, request_error)
