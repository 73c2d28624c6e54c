/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Every name of the bus contract that the daemon's code needs. */

#define BUS_NAME                 "org.provd.Provisioning1"
#define BUS_PATH                 "/org/provd/Provisioning1"
#define BUS_INTERFACE            "org.provd.Provisioning1"
#define BUS_INTERFACE_PARAMETERS "org.provd.Provisioning1.Parameters"
#define BUS_INTERFACE_SETTINGS   "org.provd.Provisioning1.Settings"
#define BUS_INTERFACE_UPGRADE    "org.provd.Provisioning1.Upgrade"
#define BUS_INTERFACE_SIP        "org.provd.Provisioning1.Sip"

#define LOG_CONTROL_PATH      "/org/freedesktop/LogControl1"
#define LOG_CONTROL_INTERFACE "org.freedesktop.LogControl1"

#define BUS_ERROR_DISABLED          "org.provd.Provisioning1.Error.Disabled"
#define BUS_ERROR_REFUSED           "org.provd.Provisioning1.Error.Refused"
#define BUS_ERROR_NO_SUCH_PARAMETER "org.provd.Provisioning1.Error.NoSuchParameter"
#define BUS_ERROR_INVALID_VALUE     "org.provd.Provisioning1.Error.InvalidValue"
#define BUS_ERROR_INVALID_RULE      "org.provd.Provisioning1.Error.InvalidRule"
#define BUS_ERROR_NO_SUCH_LINE      "org.provd.Provisioning1.Error.NoSuchLine"
#define BUS_ERROR_STORE_FAILED      "org.provd.Provisioning1.Error.StoreFailed"
