/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/paramset.h"
#include "daemon/configuration.h"

#include <config.h>
#include <glib/gstdio.h>
#include <string.h>

/* A root with files in it, each of which is removed again. */
typedef struct Fixture {
    char *root;
    GPtrArray *made; /* in the order in which they were made */
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->root = g_dir_make_tmp("provd-conf-XXXXXX", NULL);
    f->made = g_ptr_array_new_with_free_func(g_free);
    g_assert_nonnull(f->root);
    g_unsetenv("CREDENTIALS_DIRECTORY");
}

static void tear_down(Fixture *f, gconstpointer data)
{
    for (guint i = f->made->len; i > 0; i--)
        g_assert_no_errno(g_remove(f->made->pdata[i - 1]));
    g_assert_no_errno(g_rmdir(f->root));
    g_ptr_array_unref(f->made);
    g_free(f->root);
}

static void make_parents(Fixture *f, const char *path)
{
    g_autofree char *parent = g_path_get_dirname(path);

    if (g_file_test(parent, G_FILE_TEST_IS_DIR))
        return;
    make_parents(f, parent);
    g_assert_no_errno(g_mkdir(parent, 0700));
    g_ptr_array_add(f->made, g_steal_pointer(&parent));
}

/* Writes a file below the root and returns its path. */
static const char *write_file(Fixture *f, const char *name, const char *content)
{
    char *path = g_strconcat(f->root, name, NULL);

    make_parents(f, path);
    g_assert_true(g_file_set_contents(path, content, -1, NULL));
    g_ptr_array_add(f->made, path);
    return path;
}

static Config *load(Fixture *f, const char *file)
{
    g_autoptr(GError) error = NULL;
    Config *config = NULL;

    config_load(file, f->root, &config, &error);
    g_assert_no_error(error);
    return config;
}

static Config *load_text(Fixture *f, const char *text)
{
    return load(f, write_file(f, "/one.conf", text));
}

static void test_nothing_is_required(Fixture *f, gconstpointer data)
{
    g_autoptr(Config) config = load(f, NULL);

    g_assert_null(config->interface);
    g_assert_null(config->product_name);
    g_assert_null(config->ca_file);
    g_assert_cmpuint(g_hash_table_size(config->defaults), ==, 0);
    g_assert_cmpuint(config->profile_size, ==, 4194304);
    g_assert_cmpuint(config->parameters, ==, 16384);
    g_assert_cmpuint(config->connect_timeout, ==, 20);
    g_assert_cmpuint(config->fetch_timeout, ==, 120);
    g_assert_cmpuint(config->warnings->len, ==, 0);
}

static void test_later_file_wins_key_by_key(Fixture *f, gconstpointer data)
{
    g_autoptr(Config) config = NULL;

    write_file(f, PROVD_LIBDIR "/provd.conf",
               "[Identity]\nVendor=a\nProductName=a\nSerial=a\nProductSeries=a\n"
               "[Defaults]\nResync_At=0100\nLine_1=a\n");
    write_file(f, PROVD_SYSCONFDIR "/provd/provd.conf",
               "[Identity]\nProductName=b\nSerial=b\nProductSeries=b\n"
               "[Defaults]\nResync_At__HHmm_=0200\n");
    write_file(f, PROVD_SYSCONFDIR "/provd/provd.conf.d/20-d.conf",
               "[Identity]\nProductSeries=d\n[Identity]\nSerial=\n");
    write_file(f, PROVD_SYSCONFDIR "/provd/provd.conf.d/10-c.conf",
               "[Identity]\nSerial=c\nProductSeries=c\n");
    write_file(f, PROVD_SYSCONFDIR "/provd/provd.conf.d/30-e.conf.bak", "[Identity]\nVendor=e\n");
    write_file(f, PROVD_SYSCONFDIR "/provd/provd.conf.d/.40-f.conf", "[Identity]\nVendor=f\n");

    config = load(f, NULL);
    g_assert_cmpstr(config->vendor, ==, "a");
    g_assert_cmpstr(config->product_name, ==, "b");
    g_assert_cmpstr(config->product_series, ==, "d");
    g_assert_null(config->serial); /* an empty value takes an earlier one back */
    g_assert_cmpuint(g_hash_table_size(config->defaults), ==, 2);
    g_assert_cmpstr(g_hash_table_lookup(config->defaults, "Resync_At__HHmm_"), ==, "0200");
    g_assert_cmpstr(g_hash_table_lookup(config->defaults, "Line_1"), ==, "a");
}

static void test_named_file_is_alone(Fixture *f, gconstpointer data)
{
    const char *one = write_file(f, "/one.conf", "[Identity]\nVendor=one\n");
    g_autoptr(Config) config = NULL;

    write_file(f, PROVD_SYSCONFDIR "/provd/provd.conf", "[Identity]\nProductName=b\n");
    config = load(f, one);
    g_assert_cmpstr(config->vendor, ==, "one");
    g_assert_null(config->product_name);
}

static void test_every_key(Fixture *f, gconstpointer data)
{
    g_autoptr(Config) config =
        load_text(f, "# a comment\n[Identity]\nInterface=eth0\nMac=00-1A-2b-3C-4d-5E\n"
                     "Vendor=V\nProductName=P 1\nProductSeries=S\nSerial=N\n"
                     "SoftwareVersion=1.2\nHardwareVersion=3\n"
                     "[Network]\nProvisioningServer=https://p.example:8443\nProxy=http://x:3128\n"
                     "[Tls]\nCAFile=/dev/null\nCertificateFile=pkcs11:object=phone\n"
                     "KeyFile=/dev/null\n"
                     "[Limits]\nProfileSize=1\nParameters=16384\nConnectTimeout=20\n"
                     "FetchTimeout=1\n"
                     "[Defaults]\nProvision_Enable=no\n");

    g_assert_cmpstr(config->interface, ==, "eth0");
    g_assert_cmpstr(config->mac, ==, "001a2b3c4d5e");
    g_assert_cmpstr(config->vendor, ==, "V");
    g_assert_cmpstr(config->product_name, ==, "P 1");
    g_assert_cmpstr(config->product_series, ==, "S");
    g_assert_cmpstr(config->serial, ==, "N");
    g_assert_cmpstr(config->software_version, ==, "1.2");
    g_assert_cmpstr(config->hardware_version, ==, "3");
    g_assert_cmpstr(config->provisioning_server, ==, "https://p.example:8443");
    g_assert_cmpstr(config->proxy, ==, "http://x:3128");
    g_assert_cmpstr(config->ca_file, ==, "/dev/null");
    g_assert_cmpstr(config->certificate_file, ==, "pkcs11:object=phone");
    g_assert_cmpstr(config->key_file, ==, "/dev/null");
    g_assert_cmpuint(config->profile_size, ==, 1);
    g_assert_cmpuint(config->parameters, ==, 16384);
    g_assert_cmpuint(config->connect_timeout, ==, 20);
    g_assert_cmpuint(config->fetch_timeout, ==, 1);
    g_assert_cmpstr(g_hash_table_lookup(config->defaults, "Provision_Enable"), ==, "No");
    g_assert_cmpuint(config->warnings->len, ==, 0);
}

static void test_values_are_raw(Fixture *f, gconstpointer data)
{
    g_autoptr(Config) config =
        load_text(f, "[Defaults]\nProfile_Rule=[--key \"\\101\\\\\\s\" ] http://s/$MA;a#b\n");

    g_assert_cmpstr(g_hash_table_lookup(config->defaults, "Profile_Rule"), ==,
                    "[--key \"\\101\\\\\\s\" ] http://s/$MA;a#b");
}

static void assert_warning(const Config *config, guint i, const char *file, const char *what)
{
    const char *warning = config->warnings->pdata[i];

    g_assert_nonnull(strstr(warning, file));
    g_assert_nonnull(strstr(warning, what));
}

/* What may be in there cannot be told from nothing: better no start than one without it. */
static void test_directory_that_cannot_be_read(Fixture *f, gconstpointer data)
{
    g_autofree char *name = g_strconcat(PROVD_SYSCONFDIR, "/provd/provd.conf.d", NULL);
    const char *path = write_file(f, name, "");
    g_autoptr(GError) error = NULL;
    Config *config = NULL;

    g_assert_false(config_load(NULL, f->root, &config, &error));
    g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_FILE);
    g_assert_nonnull(strstr(error->message, path));
}

static void test_file_of_nothing(Fixture *f, gconstpointer data)
{
    g_autoptr(Config) config = load(f, "/dev/null");
    g_autoptr(GError) error = NULL;
    Config *none = NULL;

    g_assert_cmpuint(config->warnings->len, ==, 0);
    g_assert_false(config_load(f->root, f->root, &none, &error));
    g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_FILE);
    g_assert_nonnull(strstr(error->message, f->root));
    g_assert_null(strstr(error->message, "line"));
}

static void test_translated_key_is_a_warning(Fixture *f, gconstpointer data)
{
    g_autoptr(Config) config = load_text(f, "[Identity]\nVendor[de]=x\nVendor=y\n");

    g_assert_cmpstr(config->vendor, ==, "y");
    g_assert_cmpuint(config->warnings->len, ==, 1);
    assert_warning(config, 0, "/one.conf", "[Identity] Vendor[de]=");
}

static void test_unknown_is_a_warning(Fixture *f, gconstpointer data)
{
    g_autoptr(Config) config =
        load_text(f, "[Identity]\nVendr=x\nvendor=x\n[Idntity]\nVendor=x\n[Defaults]\n9x=y\n"
                     "[Tls]\nKeyFile=/nowhere/key.pem\n");

    g_assert_null(config->vendor);
    g_assert_cmpuint(config->warnings->len, ==, 5);
    assert_warning(config, 0, "/one.conf", "[Identity] Vendr=");
    assert_warning(config, 1, "/one.conf", "[Identity] vendor=");
    assert_warning(config, 2, "/one.conf", "[Idntity]");
    assert_warning(config, 3, "/one.conf", "[Defaults] 9x=");
    assert_warning(config, 4, "/nowhere/key.pem", "[Tls] KeyFile=");
}

static void test_secret_that_everybody_reads(Fixture *f, gconstpointer data)
{
    static const char text[] = "[Defaults]\nGPP_A=open\nGPP_SA=hidden\nPassword_1_=\n"
                               "Profile_Rule_B=[--pwd hidden] http://s/\n";
    const char *path = write_file(f, "/one.conf", text);
    g_autoptr(Config) open = NULL, closed = NULL;

    g_assert_no_errno(g_chmod(path, 0644));
    open = load(f, path);
    g_assert_cmpuint(open->warnings->len, ==, 2);
    assert_warning(open, 0, "/one.conf", "[Defaults] GPP_SA=");
    assert_warning(open, 1, "/one.conf", "[Defaults] Profile_Rule_B=");
    for (guint i = 0; i < open->warnings->len; i++)
        g_assert_null(strstr(open->warnings->pdata[i], "hidden"));

    g_assert_no_errno(g_chmod(path, 0640));
    closed = load(f, path);
    g_assert_cmpuint(closed->warnings->len, ==, 0);
}

static void test_proxies(Fixture *f, gconstpointer data)
{
    static const char *const proxies[] = {
        "proxy.example",         "10.0.0.1:3128",       "HTTP://proxy.example:3128/",
        "https://[2001:db8::1]", "socks5h://localhost", "http://user:p%40ss@proxy.example",
    };

    for (guint i = 0; i < G_N_ELEMENTS(proxies); i++) {
        g_autofree char *text = g_strdup_printf("[Network]\nProxy=%s\n", proxies[i]);
        g_autoptr(Config) config = load_text(f, text);

        g_assert_cmpstr(config->proxy, ==, proxies[i]);
        g_ptr_array_remove_index(f->made, f->made->len - 1);
    }
    write_file(f, "/one.conf", "");
}

static void test_bad_values(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *section, *line, *says;
    } cases[] = {
        {"Identity", "Mac=00:11:22:33:44", "hardware address"},
        {"Identity", "Mac=00:11:22:33:44:5g", "hardware address"},
        {"Identity", "Mac=00:11:22:33:44:55:66", "hardware address"},
        {"Identity", "Mac=00:11-22:33:44:55", "hardware address"},
        {"Identity", "Mac=00:00:00:00:00:00", "hardware address"},
        {"Identity", "Mac=01:11:22:33:44:55", "hardware address"},
        {"Identity", "Interface=../../etc", "interface"},
        {"Identity", "Interface=sixteencharacter", "interface"},
        {"Identity", "Vendor=a\033b", "control characters"},
        {"Identity", "Vendor=\xff", "UTF-8"},
        {"Network", "ProvisioningServer=a b", "host"},
        {"Network", "ProvisioningServer=ftp://p.example", "https"},
        {"Network", "ProvisioningServer=http://p.example:99999", "port"},
        {"Network", "ProvisioningServer=http://p.example/phones", "host"},
        {"Network", "Proxy=a b", "host"},
        {"Network", "Proxy=ftp://proxy.example", "socks5"},
        {"Network", "Proxy=proxy.example:99999", "port"},
        {"Network", "Proxy=http://", "host"},
        {"Network", "Proxy=http://[::", "host"},
        {"Network", "Proxy=http://proxy.example/proxy.pac", "host"},
        {"Tls", "CAFile=ca.pem", "absolute path"},
        {"Tls", "CAFile=provd.key", "provd.ca"},
        {"Tls", "KeyFile=provd.key", "LoadCredential"},
        {"Limits", "ProfileSize=4194305", "1 to 4194304"},
        {"Limits", "ProfileSize=0", "1 to 4194304"},
        {"Limits", "ProfileSize=-1", "1 to 4194304"},
        {"Limits", "Parameters=1k", "1 to 16384"},
        {"Limits", "ConnectTimeout=21", "1 to 20"},
        {"Limits", "FetchTimeout=1.5", "1 to 120"},
        {"Defaults", "Resync_Random_Delay=65536", "65535"},
        {"Defaults", "Provision_Enable=perhaps", "Yes or No"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("[%s]\n%s\n", cases[i].section, cases[i].line);
        g_auto(GStrv) parts = g_strsplit(cases[i].line, "=", 2);
        g_autofree char *place = g_strdup_printf("/one.conf: [%s] %s=: ", cases[i].section, *parts);
        Config *config = (Config *)f; /* must not be touched */
        g_autoptr(GError) error = NULL;

        g_assert_false(config_load(write_file(f, "/one.conf", text), f->root, &config, &error));
        g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_VALUE);
        g_assert_nonnull(strstr(error->message, place));
        g_assert_nonnull(strstr(error->message, cases[i].says));
        g_assert_true(config == (Config *)f);
        g_ptr_array_remove_index(f->made, f->made->len - 1);
    }
    write_file(f, "/one.conf", "");
}

static void test_bad_files(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"Vendor=x\n", "group"},
        {"[Identity\n", "line 1 "},
        {"[Identity]\nsecret", "line 2 "},
        {"# one\n\n[Defaults]\nGPP_A=1\nAdmin_Password secret\n", "line 5 "},
        {"[Defaults]\nAdmin_Password[=secret\nGPP_A=1\n", "line 2 "},
    };
    g_autofree char *missing = g_build_filename(f->root, "missing.conf", NULL);
    Config *config = NULL;
    GError *error = NULL;

    g_assert_false(config_load(missing, f->root, &config, &error));
    g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_FILE);
    g_assert_nonnull(strstr(error->message, "missing.conf"));
    g_clear_error(&error);

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_false(
            config_load(write_file(f, "/one.conf", cases[i].text), f->root, &config, &error));
        g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_FILE);
        g_assert_nonnull(strstr(error->message, "one.conf"));
        g_assert_nonnull(strstr(error->message, cases[i].says));
        g_assert_null(strstr(error->message, "secret"));
        g_clear_error(&error);
        g_ptr_array_remove_index(f->made, f->made->len - 1);
    }
    write_file(f, "/one.conf", "");
}

static void test_credentials(Fixture *f, gconstpointer data)
{
    const char *certificate = write_file(f, "/credentials/provd.cert", "c");
    const char *key = write_file(f, "/credentials/provd.key", "k");
    g_autofree char *directory = g_path_get_dirname(key);
    g_autoptr(Config) config = NULL;

    g_setenv("CREDENTIALS_DIRECTORY", directory, TRUE);
    config = load_text(f, "[Tls]\nKeyFile=provd.key\n");
    g_assert_null(config->ca_file);
    g_assert_cmpstr(config->certificate_file, ==, certificate);
    g_assert_cmpstr(config->key_file, ==, key);
    g_unsetenv("CREDENTIALS_DIRECTORY");
}

#define ADD(name, test) g_test_add(name, Fixture, NULL, set_up, test, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/configuration/nothing", test_nothing_is_required);
    ADD("/configuration/order", test_later_file_wins_key_by_key);
    ADD("/configuration/named-file", test_named_file_is_alone);
    ADD("/configuration/every-key", test_every_key);
    ADD("/configuration/raw", test_values_are_raw);
    ADD("/configuration/unknown", test_unknown_is_a_warning);
    ADD("/configuration/no-file", test_file_of_nothing);
    ADD("/configuration/translated-key", test_translated_key_is_a_warning);
    ADD("/configuration/unreadable-directory", test_directory_that_cannot_be_read);
    ADD("/configuration/secret-that-everybody-reads", test_secret_that_everybody_reads);
    ADD("/configuration/proxies", test_proxies);
    ADD("/configuration/bad-values", test_bad_values);
    ADD("/configuration/bad-files", test_bad_files);
    ADD("/configuration/credentials", test_credentials);
    return g_test_run();
}
