# SPDX-License-Identifier: LGPL-2.1-or-later
#
# scdoc begins a paragraph wherever one may end; roff readers warn of those that hold nothing.
/^\.PP?$/ { paragraph = $0; next }
{
    if (paragraph != "" && $0 !~ /^\.(SH|SS|RE)/ && last !~ /^\.(SH|SS)/)
        print paragraph
    paragraph = ""
    print
    last = $0
}
