#!/bin/sh
set -e

ln -sf /opt/Petri/petri-desktop /usr/bin/petri-desktop
chmod 755 /opt/Petri/resources/packaging/petri /opt/Petri/resources/node/node
ln -sf /opt/Petri/resources/packaging/petri /usr/bin/petri

# Where user namespaces are open to everybody the window's sandbox needs no privileges, and gets none.
if [ "$(cat /proc/sys/kernel/unprivileged_userns_clone 2>/dev/null)" = 0 ]; then
  chmod 4755 /opt/Petri/chrome-sandbox
else
  chmod 755 /opt/Petri/chrome-sandbox
fi

# Only an AppArmor that knows the rule `userns` takes the profile; older systems do not need it.
profile=/etc/apparmor.d/petri
source=/opt/Petri/resources/packaging/apparmor-petri
if command -v apparmor_parser >/dev/null 2>&1 && apparmor_parser --skip-kernel-load --skip-cache "$source" >/dev/null 2>&1; then
  cp -f "$source" "$profile"
  chmod 644 "$profile"
  if [ -d /sys/kernel/security/apparmor ]; then
    apparmor_parser --replace --write-cache --skip-read-cache "$profile" || true
  fi
fi

command -v update-desktop-database >/dev/null 2>&1 && update-desktop-database -q /usr/share/applications || true
exit 0
