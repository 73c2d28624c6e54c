/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * provd.conf: what the maker or the administrator of a device says about it.
 *
 * Read once at the start and again on reload, from up to three places of which a later one wins
 * key by key. A Config is never changed after it was read: a reload makes a new one.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What [Limits] may lower. */
#define CONFIG_PROFILE_SIZE_MAX    (4U * 1024 * 1024) /* bytes */
#define CONFIG_CONNECT_TIMEOUT_MAX 20U                /* s */
#define CONFIG_FETCH_TIMEOUT_MAX   120U               /* s */

#define CONFIG_ERROR (config_error_quark())

typedef enum ConfigError {
    CONFIG_ERROR_FILE,  /* cannot be read, or is no key file */
    CONFIG_ERROR_VALUE, /* a key has a value that it may not have */
} ConfigError;

/* Every string is NULL where nothing is configured. */
typedef struct Config {
    char *interface;
    char *mac; /* twelve hexadecimal digits, lower case */
    char *vendor;
    char *product_name;
    char *product_series;
    char *serial;
    char *software_version;
    char *hardware_version;

    char *provisioning_server;
    char *proxy;

    /* Absolute paths or pkcs11: URIs; those of the service's credentials where none is set. */
    char *ca_file;
    char *certificate_file;
    char *key_file;

    GHashTable *defaults; /* canonical parameter name to normalized value; never NULL */

    uint32_t profile_size;    /* bytes */
    uint32_t parameters;      /* in the whole set */
    uint32_t connect_timeout; /* s */
    uint32_t fetch_timeout;   /* s */

    GPtrArray *warnings; /* what deserves one, each a line to log; never NULL */
} Config;

GQuark config_error_quark(void);

/*
 * Reads the given file alone, or, where it is NULL, the usual ones below root ("" but in tests).
 * An error (CONFIG_ERROR) names file, section and key, and what is allowed.
 */
bool config_load(const char *file, const char *root, Config **ret_config, GError **error);
void config_free(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)
