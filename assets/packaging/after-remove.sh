#!/bin/sh
set -e

# An upgrade removes the old files after the new ones are set up; only a real removal may take these away.
case "$1" in
  remove | purge)
    rm -f /usr/bin/petri /usr/bin/petri-desktop
    if [ -f /etc/apparmor.d/petri ]; then
      if command -v apparmor_parser >/dev/null 2>&1 && [ -d /sys/kernel/security/apparmor ]; then
        apparmor_parser --remove /etc/apparmor.d/petri >/dev/null 2>&1 || true
      fi
      rm -f /etc/apparmor.d/petri
    fi
    ;;
esac

command -v update-desktop-database >/dev/null 2>&1 && update-desktop-database -q /usr/share/applications || true
exit 0
