/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/fields.h"

#include "cli/text.h"

#define GAP      2
#define TEXT_MIN 16 /* columns for text beside the labels */

typedef struct Field {
    char *label;
    char *text;
    Style style;
} Field;

struct Fields {
    GArray *array;
};

static void clear_field(gpointer data)
{
    Field *field = data;

    g_free(field->label);
    g_free(field->text);
}

Fields *fields_new(void)
{
    Fields *fields = g_new0(Fields, 1);

    fields->array = g_array_new(FALSE, FALSE, sizeof(Field));
    g_array_set_clear_func(fields->array, clear_field);
    return fields;
}

void fields_free(Fields *fields)
{
    if (!fields)
        return;
    g_array_unref(fields->array);
    g_free(fields);
}

void fields_add(Fields *fields, const char *label, Style style, const char *text)
{
    Field field = {.style = style};

    if (!text)
        return;
    field.label = g_strdup(label);
    field.text = text_printable(text);
    g_array_append_val(fields->array, field);
}

static unsigned label_width(const Fields *fields)
{
    unsigned width = 0;

    for (guint i = 0; i < fields->array->len; i++)
        width = MAX(width, text_width(g_array_index(fields->array, Field, i).label));
    return width + GAP;
}

/* Where labels leave too little beside them, text goes below its own. */
static bool is_narrow(unsigned width, unsigned indent)
{
    return width > 0 && width < indent + TEXT_MIN;
}

static void append_field(GString *output, const Field *field, unsigned indent, unsigned width,
                         bool color)
{
    unsigned begin = is_narrow(width, indent) ? GAP : indent;
    g_autofree char *text = text_wrap(field->text, width, begin);
    Style label_style = *field->label ? STYLE_HEADER : STYLE_PLAIN;

    g_string_append_printf(output, "%s%s%s", style_begin(color, label_style), field->label,
                           style_end(color, label_style));
    if (begin < indent && *text && *field->label)
        g_string_append_c(output, '\n');
    if (*text)
        g_string_append_printf(
            output, "%*s%s%s%s", (int)(begin < indent ? begin : indent - text_width(field->label)),
            "", style_begin(color, field->style), text, style_end(color, field->style));
    g_string_append_c(output, '\n');
}

char *fields_format(const Fields *fields, unsigned width, bool color)
{
    GString *output = g_string_new(NULL);
    unsigned indent = label_width(fields);

    for (guint i = 0; i < fields->array->len; i++)
        append_field(output, &g_array_index(fields->array, Field, i), indent, width, color);
    return g_string_free(output, FALSE);
}

void fields_print(const Fields *fields, const Context *context)
{
    g_autofree char *text = fields_format(fields, context->width, context->color);

    g_print("%s", text);
}
