# SPDX-License-Identifier: LGPL-2.1-or-later
#
# scdoc begins a paragraph wherever one may end; roff readers warn of those that hold nothing. One
# that would end an indented block begins after it, so that there is space between two of them.
/^\.PP?$/ { paragraph = $0; next }
/^\.RE/ { print; last = $0; next }
{
    if (paragraph != "" && $0 !~ /^\.(SH|SS)/ && last !~ /^\.(SH|SS)/)
        print paragraph
    paragraph = ""
    print
    last = $0
}
