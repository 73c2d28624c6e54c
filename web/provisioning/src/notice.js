/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What came of something, in a box whose kind is also said to those who do not see its colour. */
import { Alert } from "@patternfly/react-core/dist/esm/components/Alert/index.js";
import cockpit from "cockpit";

const _ = cockpit.gettext;

const KINDS = {
    danger: _("Error"),
    info: _("Information"),
    success: _("Success"),
    warning: _("Warning"),
};

export function Notice({ variant, ...rest }) {
    return <Alert isInline component="p" variant={variant} variantLabel={KINDS[variant]} {...rest} />;
}
