/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/file.h"

#include "core/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PIECE (64 * 1024)

/* Reads on to the end, or beyond the limit; false with errno on failure. */
static bool read_all(int fd, GByteArray *bytes, size_t limit)
{
    ssize_t got;

    do {
        guint used = bytes->len;
        guint room = (guint)MIN(PIECE, limit + 1 - used);

        g_byte_array_set_size(bytes, used + room);
        got = TEMP_FAILURE_RETRY(read(fd, bytes->data + used, room));
        g_byte_array_set_size(bytes, used + (guint)MAX(got, 0));
    } while (got > 0 && bytes->len <= limit);
    return got >= 0;
}

GBytes *file_read(const char *path, size_t limit)
{
    bool is_input = strcmp(path, "-") == 0;
    int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    bool done = fd >= 0 && read_all(fd, bytes, limit);
    int number = errno;
    gsize size;

    if (fd >= 0 && !is_input)
        (void)close(fd);
    errno = number;
    if (!done)
        return NULL;

    guint8 *data = g_byte_array_steal(bytes, &size);
    return secret_bytes_new_take(data, size);
}
