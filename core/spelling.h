/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which known name a misspelled one was probably meant to be.
 *
 * Known are the parameters that the daemon understands, and a few that nearly every profile sets:
 * accounts, firmware, time. Names are compared without regard to case and to what is neither letter
 * nor digit; numbers in them count as equal. What then differs by more than one letter, or two in
 * a long name, is a name of its own.
 */

/*
 * The nearest known name, newly allocated; several that are equally near as "A or B". NULL where
 * the name is known itself, or none is near.
 */
char *spelling_suggest(const char *name);
