/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The driver of a fuzz target where there is no fuzzer: hands each file of the directory that is
 * named to the target, a case of TAP each. What does not crash is well.
 */

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *list_files(const char *directory)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(directory, 0, &error);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    if (!dir)
        g_error("%s", error->message);
    while ((name = g_dir_read_name(dir)))
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    return names;
}

static void run_file(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
    g_autoptr(GBytes) bytes = file ? g_mapped_file_get_bytes(file) : NULL;
    g_autofree uint8_t *copy = NULL;
    gsize size;

    if (!bytes)
        g_error("%s cannot be read", path);
    size = g_bytes_get_size(bytes);
    copy = g_malloc(MAX(size, 1)); /* of the exact size, so that sanitizers see an overrun */
    if (size > 0)
        memcpy(copy, g_bytes_get_data(bytes, NULL), size);
    (void)LLVMFuzzerTestOneInput(copy, size);
}

int main(int argc, char **argv)
{
    g_autoptr(GPtrArray) names = NULL;

    if (argc != 2) {
        g_printerr("usage: %s DIRECTORY\n", argv[0]);
        return EXIT_FAILURE;
    }
    names = list_files(argv[1]);
    printf("1..%u\n", names->len);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);

        printf("# %s\n", name);
        (void)fflush(stdout);
        run_file(argv[1], name);
        printf("ok %u - %s\n", i + 1, name);
    }
    return EXIT_SUCCESS;
}
