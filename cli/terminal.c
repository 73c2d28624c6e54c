/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/terminal.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_WIDTH 80

static const char *const sequences[] = {
    [STYLE_PLAIN] = "",         [STYLE_HEADER] = "\033[1m",     [STYLE_GOOD] = "\033[32m",
    [STYLE_BAD] = "\033[1;31m", [STYLE_WARNING] = "\033[1;35m", [STYLE_BUSY] = "\033[1;34m",
    [STYLE_DIM] = "\033[2m",
};

static unsigned terminal_width(void)
{
    struct winsize size = {};

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return DEFAULT_WIDTH;
}

static bool terminal_is_capable(void)
{
    const char *type = g_getenv("TERM");

    return type && *type && strcmp(type, "dumb") != 0;
}

static bool colors_are_wanted(const Context *context)
{
    const char *refused = g_getenv("NO_COLOR");

    return !context->no_color && (!refused || !*refused);
}

void terminal_look(Context *context)
{
    context->terminal = isatty(STDOUT_FILENO);
    context->capable = context->terminal && terminal_is_capable();
    context->color = context->capable && colors_are_wanted(context);
    context->width = context->terminal ? terminal_width() : 0;
}

const char *style_begin(bool color, Style style)
{
    return color ? sequences[style] : "";
}

const char *style_end(bool color, Style style)
{
    return color && style != STYLE_PLAIN ? "\033[0m" : "";
}
