/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/configuration.h"
#include "core/parameter.h"
#include "core/paramset.h"
#include "core/secret.h"
#include "core/url.h"
#include "daemon/mac.h"

#include <config.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTION_DEFAULTS "Defaults"

/* A key with a text: `read` returns what is kept of it, newly allocated, or NULL if it is bad. */
typedef struct TextKey {
    const char *section, *name;
    size_t offset;
    char *(*read)(const char *value);
    const char *allowed;
} TextKey;

/* A limit; its offset is that of an uint32_t. */
typedef struct NumberKey {
    const char *section, *name;
    size_t offset;
    uint32_t maximum;
    const char *unit;
} NumberKey;

/* A file of [Tls], and the credential of the service that serves in its place. */
typedef struct FileKey {
    const char *section, *name;
    size_t offset;
    const char *credential;
} FileKey;

static char *read_text(const char *value)
{
    for (const char *p = value; *p; p = g_utf8_next_char(p))
        if (g_unichar_iscntrl(g_utf8_get_char(p)))
            return NULL;
    return g_strdup(value);
}

static char *read_word(const char *value)
{
    return strpbrk(value, " \t") ? NULL : read_text(value);
}

static char *read_interface(const char *value)
{
    if (strlen(value) >= IFNAMSIZ || strchr(value, '/') || value[0] == '.')
        return NULL;
    return read_word(value);
}

static char *read_mac(const char *value)
{
    char digits[MAC_DIGITS + 1];

    return mac_parse(value, digits) ? g_strdup(digits) : NULL;
}

/* What a rule without a server could fetch from. */
static char *read_server(const char *value)
{
    g_autoptr(Url) url = url_parse("/", value, NULL);

    return url ? read_word(value) : NULL;
}

/* What libcurl could take for a proxy; its scheme is none of those that are fetched by. */
static char *read_proxy(const char *value)
{
    static const char *const schemes[] = {"",           "http://",   "https://",   "socks4://",
                                          "socks4a://", "socks5://", "socks5h://", NULL};
    size_t length = url_scheme_length(value);
    g_autofree char *scheme = g_ascii_strdown(value, (gssize)length);
    g_autofree char *server = g_strconcat("http://", value + length, NULL);
    g_autoptr(Url) url = url_parse(server, NULL, NULL);

    return url && g_str_equal(url->path, "/") && g_strv_contains(schemes, scheme) ? read_word(value)
                                                                                  : NULL;
}

#define TEXT   read_text, "text without control characters"
#define SERVER "a server, as [scheme://]host[:port]"

static const TextKey text_keys[] = {
    {"Identity", "Interface", offsetof(Config, interface), read_interface,
     "the name of a network interface, up to 15 characters"},
    {"Identity", "Mac", offsetof(Config, mac), read_mac,
     "the hardware address of one device, as 00:11:22:aa:bb:cc"},
    {"Identity", "Vendor", offsetof(Config, vendor), TEXT},
    {"Identity", "ProductName", offsetof(Config, product_name), TEXT},
    {"Identity", "ProductSeries", offsetof(Config, product_series), TEXT},
    {"Identity", "Serial", offsetof(Config, serial), TEXT},
    {"Identity", "SoftwareVersion", offsetof(Config, software_version), TEXT},
    {"Identity", "HardwareVersion", offsetof(Config, hardware_version), TEXT},
    {"Network", "ProvisioningServer", offsetof(Config, provisioning_server), read_server,
     SERVER ", with http, https or tftp"},
    {"Network", "Proxy", offsetof(Config, proxy), read_proxy,
     SERVER ", with http, https, socks4, socks4a, socks5 or socks5h"},
};

static const NumberKey number_keys[] = {
    {"Limits", "ProfileSize", offsetof(Config, profile_size), CONFIG_PROFILE_SIZE_MAX, "bytes"},
    {"Limits", "Parameters", offsetof(Config, parameters), PARAMSET_MAX, "parameters"},
    {"Limits", "ConnectTimeout", offsetof(Config, connect_timeout), CONFIG_CONNECT_TIMEOUT_MAX,
     "seconds"},
    {"Limits", "FetchTimeout", offsetof(Config, fetch_timeout), CONFIG_FETCH_TIMEOUT_MAX,
     "seconds"},
};

static const FileKey file_keys[] = {
    {"Tls", "CAFile", offsetof(Config, ca_file), "provd.ca"},
    {"Tls", "CertificateFile", offsetof(Config, certificate_file), "provd.cert"},
    {"Tls", "KeyFile", offsetof(Config, key_file), "provd.key"},
};

G_DEFINE_QUARK(provd_config_error, config_error)

static char **text_at(Config *config, size_t offset)
{
    return (char **)(void *)((char *)config + offset);
}

static uint32_t *number_at(Config *config, size_t offset)
{
    return (uint32_t *)(void *)((char *)config + offset);
}

static bool is_key(const char *section, const char *name, const char *of, const char *named)
{
    return g_str_equal(section, of) && g_str_equal(name, named);
}

static void replace(char **place, char *value)
{
    g_free(*place);
    *place = value;
}

static bool take_text(Config *config, const TextKey *key, const char *value, GError **error)
{
    char *kept = *value ? key->read(value) : NULL;

    if (*value && !kept) {
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "it must be %s", key->allowed);
        return false;
    }
    replace(text_at(config, key->offset), kept);
    return true;
}

static bool take_number(Config *config, const NumberKey *key, const char *value, GError **error)
{
    guint64 number = key->maximum;

    if (*value && !g_ascii_string_to_unsigned(value, 10, 1, key->maximum, &number, NULL)) {
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE,
                    "it must be a number of %s from 1 to %u", key->unit, key->maximum);
        return false;
    }
    *number_at(config, key->offset) = (uint32_t)number;
    return true;
}

/* Where the service manager put a credential; NULL where it put none at all. */
static char *credential_path(const char *name)
{
    const char *directory = g_getenv("CREDENTIALS_DIRECTORY");

    return directory ? g_build_filename(directory, name, NULL) : NULL;
}

static bool take_file(Config *config, const FileKey *key, const char *value, GError **error)
{
    bool named = g_str_equal(value, key->credential);
    g_autofree char *file = named ? credential_path(value) : g_strdup(value);

    if (named && !file) {
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE,
                    "the service has no credentials; LoadCredential=%s:… gives it this one", value);
        return false;
    }
    if (*file && !g_path_is_absolute(file) && !g_str_has_prefix(file, "pkcs11:")) {
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE,
                    "it must be an absolute path, a pkcs11: URI, or the credential %s",
                    key->credential);
        return false;
    }
    replace(text_at(config, key->offset), *file ? g_steal_pointer(&file) : NULL);
    return true;
}

static void add_warning(Config *config, const char *file, const char *section, const char *key)
{
    g_ptr_array_add(
        config->warnings,
        key ? g_strdup_printf("%s: [%s] %s= is not known and ignored", file, section, key)
            : g_strdup_printf("%s: [%s] is not known and ignored", file, section));
}

static bool everybody_reads(const char *file)
{
    struct stat st;

    return stat(file, &st) == 0 && (st.st_mode & S_IROTH);
}

/* A file with a secret in it deserves the mode that the database has. */
static void check_mode(Config *config, const char *file, const char *section, const char *key,
                       const char *value)
{
    g_autofree char *masked = secret_mask(key, value);

    if (*value && !g_str_equal(masked, value) && everybody_reads(file))
        g_ptr_array_add(config->warnings,
                        g_strdup_printf("%s: [%s] %s= holds a secret, and everybody can read the "
                                        "file: it should be root:provd, mode 0640",
                                        file, section, key));
}

static bool take_default(Config *config, const char *file, const char *name, const char *value,
                         GError **error)
{
    char *normalized;

    if (!parameter_name_is_valid(name)) {
        add_warning(config, file, SECTION_DEFAULTS, name);
        return true;
    }
    normalized = parameter_normalize(name, value, error);
    if (!normalized)
        return false;
    check_mode(config, file, SECTION_DEFAULTS, name, normalized);
    g_hash_table_insert(config->defaults, g_strdup(parameter_canonical_name(name)), normalized);
    return true;
}

static bool take_known(Config *config, const char *section, const char *name, const char *value,
                       bool *ret_known, GError **error)
{
    *ret_known = true;
    for (guint i = 0; i < G_N_ELEMENTS(text_keys); i++)
        if (is_key(section, name, text_keys[i].section, text_keys[i].name))
            return take_text(config, &text_keys[i], value, error);
    for (guint i = 0; i < G_N_ELEMENTS(number_keys); i++)
        if (is_key(section, name, number_keys[i].section, number_keys[i].name))
            return take_number(config, &number_keys[i], value, error);
    for (guint i = 0; i < G_N_ELEMENTS(file_keys); i++)
        if (is_key(section, name, file_keys[i].section, file_keys[i].name))
            return take_file(config, &file_keys[i], value, error);
    *ret_known = false;
    return true;
}

static bool is_section(const char *name)
{
    static const char *const sections[] = {"Identity", "Network",        "Tls",
                                           "Limits",   SECTION_DEFAULTS, NULL};

    return g_strv_contains(sections, name);
}

static bool take_value(Config *config, const char *file, const char *section, const char *name,
                       const char *value, GError **error)
{
    bool known = true, taken;

    if (!g_utf8_validate(value, -1, NULL)) {
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "it must be UTF-8 text");
        return false;
    }
    taken = g_str_equal(section, SECTION_DEFAULTS)
                ? take_default(config, file, name, value, error)
                : take_known(config, section, name, value, &known, error);
    if (!known)
        add_warning(config, file, section, name);
    return taken;
}

static bool take_key(Config *config, GKeyFile *keys, const char *file, const char *section,
                     const char *name, GError **error)
{
    g_autofree char *value = g_key_file_get_value(keys, section, name, NULL);
    g_autoptr(GError) cause = NULL;

    if (take_value(config, file, section, name, value ? value : "", &cause))
        return true;
    g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE, "%s: [%s] %s=: %s", file, section, name,
                cause->message);
    return false;
}

static bool take_section(Config *config, GKeyFile *keys, const char *file, const char *section,
                         GError **error)
{
    g_auto(GStrv) names = g_key_file_get_keys(keys, section, NULL, NULL);

    if (!is_section(section)) {
        add_warning(config, file, section, NULL);
        return true;
    }
    for (char **name = names; name && *name; name++)
        if (!take_key(config, keys, file, section, *name, error))
            return false;
    return true;
}

/* The line that GKeyFile cannot read: the last one of the shortest beginning that it refuses. */
static guint find_faulty_line(const char *content)
{
    const char *end = content;
    guint line = 0;
    bool readable;

    do {
        g_autoptr(GKeyFile) keys = g_key_file_new();

        end = strchrnul(end, '\n');
        end += *end ? 1 : 0;
        line++;
        readable =
            g_key_file_load_from_data(keys, content, (gsize)(end - content), G_KEY_FILE_NONE, NULL);
    } while (readable && *end);
    return line;
}

/* GKeyFile's own message would quote the line, in which there may be a password. */
static void set_unreadable(const char *file, const char *content, const GError *cause,
                           GError **error)
{
    if (g_error_matches(cause, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE))
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_FILE,
                    "%s: line %u is neither a [section] nor key=value", file,
                    find_faulty_line(content));
    else
        g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_FILE, "%s: %s", file, cause->message);
}

static bool is_missing(const GError *error)
{
    return g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

/* Lays a file over what is there; one that is missing says nothing, unless it is required. */
static bool take_file_of_keys(Config *config, const char *file, bool required, GError **error)
{
    g_autoptr(GKeyFile) keys = g_key_file_new();
    g_autoptr(GError) cause = NULL;
    g_autofree char *content = NULL;
    g_auto(GStrv) sections = NULL;
    gsize length;

    /* GKeyFile itself reads no /dev/null, which is how a file of a directory is switched off. */
    if (!g_file_get_contents(file, &content, &length, &cause)) {
        if (!required && is_missing(cause))
            return true;
        g_set_error_literal(error, CONFIG_ERROR, CONFIG_ERROR_FILE, cause->message);
        return false;
    }
    /* Else a key such as Vendor[de]= would be passed over without a word. */
    if (!g_key_file_load_from_data(keys, content, length, G_KEY_FILE_KEEP_TRANSLATIONS, &cause)) {
        set_unreadable(file, content, cause, error);
        return false;
    }
    sections = g_key_file_get_groups(keys, NULL);
    for (char **section = sections; *section; section++)
        if (!take_section(config, keys, file, *section, error))
            return false;
    return true;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool take_directory(Config *config, const char *path, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) cause = NULL;
    g_autoptr(GDir) directory = g_dir_open(path, 0, &cause);
    const char *name;

    if (!directory && !is_missing(cause)) {
        g_set_error_literal(error, CONFIG_ERROR, CONFIG_ERROR_FILE, cause->message);
        return false;
    }
    while (directory && (name = g_dir_read_name(directory)))
        if (g_str_has_suffix(name, ".conf") && name[0] != '.')
            g_ptr_array_add(files, g_build_filename(path, name, NULL));
    g_ptr_array_sort(files, compare_names);

    for (guint i = 0; i < files->len; i++)
        if (!take_file_of_keys(config, files->pdata[i], true, error))
            return false;
    return true;
}

static bool take_usual(Config *config, const char *root, GError **error)
{
    g_autofree char *maker = g_strconcat(root, PROVD_LIBDIR "/provd.conf", NULL);
    g_autofree char *main = g_strconcat(root, PROVD_SYSCONFDIR "/provd/provd.conf", NULL);
    g_autofree char *more = g_strconcat(root, PROVD_SYSCONFDIR "/provd/provd.conf.d", NULL);

    return take_file_of_keys(config, maker, false, error) &&
           take_file_of_keys(config, main, false, error) && take_directory(config, more, error);
}

/* What nobody configured comes from the credentials; what cannot be read deserves a warning. */
static void find_files(Config *config)
{
    for (guint i = 0; i < G_N_ELEMENTS(file_keys); i++) {
        char **file = text_at(config, file_keys[i].offset);
        g_autofree char *credential = credential_path(file_keys[i].credential);

        if (!*file && credential && g_file_test(credential, G_FILE_TEST_EXISTS))
            *file = g_steal_pointer(&credential);
        else if (*file && g_path_is_absolute(*file) && access(*file, R_OK) < 0)
            g_ptr_array_add(config->warnings,
                            g_strdup_printf("[%s] %s=%s: %s", file_keys[i].section,
                                            file_keys[i].name, *file, g_strerror(errno)));
    }
}

static Config *config_new(void)
{
    Config *config = g_new0(Config, 1);

    config->defaults = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    config->warnings = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < G_N_ELEMENTS(number_keys); i++)
        *number_at(config, number_keys[i].offset) = number_keys[i].maximum;
    return config;
}

bool config_load(const char *file, const char *root, Config **ret_config, GError **error)
{
    g_autoptr(Config) config = config_new();

    g_return_val_if_fail(root && ret_config, false);

    if (!(file ? take_file_of_keys(config, file, true, error) : take_usual(config, root, error)))
        return false;
    find_files(config);
    *ret_config = g_steal_pointer(&config);
    return true;
}

void config_free(Config *config)
{
    if (!config)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(text_keys); i++)
        g_free(*text_at(config, text_keys[i].offset));
    for (guint i = 0; i < G_N_ELEMENTS(file_keys); i++)
        g_free(*text_at(config, file_keys[i].offset));
    g_hash_table_unref(config->defaults);
    g_ptr_array_unref(config->warnings);
    g_free(config);
}
