# SPDX-License-Identifier: GPL-2.0-or-later
"""Fetch and unpack Debian packages of the guest's architecture.

apt runs with a state folder of its own, in which arm64 is an architecture: the
person's system is neither changed nor needs to be root's."""
import os
import pathlib
import re
import shutil
import tempfile

from .report import GuestError, run, step

NETWORK_HINT = 'is the network up, and do the apt sources of this system work?'


class Archive:
    """The package archive as seen through the system's own apt sources."""

    def __init__(self, folder):
        self.cache = folder / 'cache'
        self.state = folder / 'apt'
        for sub in ('lists/partial', 'archives/partial'):
            (self.state / sub).mkdir(parents=True, exist_ok=True)
        self.cache.mkdir(parents=True, exist_ok=True)
        for tool in ('apt-get', 'apt-cache', 'dpkg-deb', 'dpkg'):
            if not shutil.which(tool):
                raise GuestError(f'"{tool}" is not there: the guest is made from Debian '
                                 'packages and needs a Debian (or derived) system')
        self.host_arch = run(['dpkg', '--print-architecture'], 'asking dpkg').strip()
        config = self.state / 'apt.conf'
        config.write_text('\n'.join([
            'APT::Architectures { ' + ' '.join(
                f'"{a}";' for a in dict.fromkeys([self.host_arch, 'arm64'])) + ' };',
            f'Dir::State "{self.state}";',
            f'Dir::State::lists "{self.state}/lists";',
            'Dir::State::status "/var/lib/dpkg/status";',
            f'Dir::Cache "{self.state}";',
            'APT::Sandbox::User "";',
            'Acquire::Retries "3";',
            'Acquire::Languages "none";']) + '\n')
        self.env = dict(os.environ, APT_CONFIG=str(config), LC_ALL='C')

    def update(self):
        """Read the archive's lists of packages."""
        step('asking the package archive what there is')
        run(['apt-get', '-qq', 'update'], 'reading the package lists', NETWORK_HINT,
            env=self.env)

    def kernel_package(self):
        """The image package that the metapackage stands for today."""
        text = run(['apt-cache', 'depends', 'linux-image-arm64:arm64'],
                   'looking up the arm64 kernel', NETWORK_HINT, env=self.env)
        found = re.search(r'Depends: (linux-image-(\S+)-arm64)(?::arm64)?\s', text)
        if not found:
            raise GuestError('the package archive offers no linux-image-arm64: does a '
                             'source in /etc/apt exclude arm64 ("arch=" or "Architectures:")?')
        return found.group(1), found.group(2)

    def versions(self, packages):
        """The version apt would install of each of @packages (name:arch)."""
        text = run(['apt-cache', 'policy', *packages], 'looking up versions', env=self.env)
        found = {}
        for name, candidate in re.findall(r'^(\S+):\n.*\n\s+Candidate: (\S+)', text, re.M):
            found[name.split(':')[0]] = candidate
        for package in packages:
            if found.get(package.split(':')[0], '(none)') == '(none)':
                raise GuestError(f'the package archive offers no {package}')
        return {package: found[package.split(':')[0]] for package in packages}

    def fetch(self, packages):
        """The .deb of each of @packages (name:arch), from the cache where it is there."""
        debs, missing = {}, []
        for package, version in self.versions(packages).items():
            name = package.replace(':', '_') + '_' + version.replace(':', '%3a') + '.deb'
            debs[package] = self.cache / name
            if not debs[package].exists():
                missing.append(f'{package}={version}')
        for wanted in missing:
            step(f'downloading {wanted}')
            package = wanted.split('=')[0]
            with tempfile.TemporaryDirectory(dir=self.cache) as scratch:
                run(['apt-get', '-qq', 'download', wanted], f'downloading {package}',
                    NETWORK_HINT, env=self.env, cwd=scratch)
                got = list(pathlib.Path(scratch).glob('*.deb'))
                if len(got) != 1:
                    raise GuestError(f'downloading {package} left {len(got)} files, not one')
                got[0].rename(debs[package])
        return debs


def unpack(deb, folder):
    """Unpack the files of a .deb below @folder."""
    folder.mkdir(parents=True, exist_ok=True)
    run(['dpkg-deb', '-x', deb, folder], f'unpacking {deb.name}',
        f'remove {deb} and run it again')
