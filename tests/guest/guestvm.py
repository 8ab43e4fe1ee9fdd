# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest as an object: start it, run commands in it, talk QMP to its machine.

VIOMMU_EMULATOR names another emulator with QEMU's command line; one that calls
itself QEMU gets access_platform=on in its own words."""
import json
import os
import pathlib
import queue
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get('VIOMMU_BUILD', TOP / 'build'))
GUEST = pathlib.Path(os.environ.get('VIOMMU_GUEST', TOP / 'build' / 'guest'))
SLOWNESS = float(os.environ.get('VIOMMU_SLOWNESS', '1'))


class GuestFailure(Exception):
    """The guest or its machine did not do what was asked."""


def manifest():
    """What scripts/guest prepared, with absolute paths."""
    try:
        data = json.loads((GUEST / 'guest.json').read_text())
    except (OSError, ValueError):
        raise GuestFailure(f'no guest in {GUEST}: run scripts/guest') from None
    for key in ('kernel', 'initrd', 'disk'):
        data[key] = str(GUEST / data[key])
    return data


class Qmp:
    """A QMP session; events are kept until somebody asks for them."""

    def __init__(self, path, alive):
        self.sock = socket.socket(socket.AF_UNIX)
        deadline = time.monotonic() + 30 * SLOWNESS
        while True:
            try:
                self.sock.connect(path)
                break
            except OSError:
                if not alive() or time.monotonic() > deadline:
                    raise GuestFailure('the emulator opened no QMP socket') from None
                time.sleep(0.02)
        self.sock.settimeout(60 * SLOWNESS)
        self.stream = self.sock.makefile('rw')
        self.events = []
        self.greeting = self._read()
        self.command('qmp_capabilities')

    def _read(self):
        line = self.stream.readline()
        if not line:
            raise GuestFailure('QMP: the connection is closed')
        return json.loads(line)

    def command(self, name, **arguments):
        """The answer's "return"; GuestFailure with its description on an error."""
        request = {'execute': name}
        if arguments:
            request['arguments'] = {k.replace('_', '-'): v for k, v in arguments.items()}
        self.stream.write(json.dumps(request) + '\n')
        self.stream.flush()
        while True:
            answer = self._read()
            if 'event' in answer:
                self.events.append(answer)
            elif 'error' in answer:
                raise GuestFailure(f'{name}: {answer["error"]["desc"]}')
            else:
                return answer['return']

    def device_add(self, **properties):
        self.stream.write(json.dumps({'execute': 'device_add',
                                      'arguments': properties}) + '\n')
        self.stream.flush()
        while True:
            answer = self._read()
            if 'event' in answer:
                self.events.append(answer)
            elif 'error' in answer:
                raise GuestFailure(f'device_add: {answer["error"]["desc"]}')
            else:
                return

    def wait_event(self, name, timeout=30, **data):
        """The first event @name whose data holds all of @data."""
        deadline = time.monotonic() + timeout * SLOWNESS
        while True:
            for event in self.events:
                found = event.get('data', {})
                if event['event'] == name and data.items() <= found.items():
                    self.events.remove(event)
                    return event
            self.sock.settimeout(max(0.1, deadline - time.monotonic()))
            try:
                answer = self._read()
            except (TimeoutError, OSError):
                raise GuestFailure(f'QMP: no event {name} {data}') from None
            finally:
                self.sock.settimeout(60 * SLOWNESS)
            self.events.append(answer)


class Guest:
    """One run of the emulator with Linux in it. A context manager."""

    def __init__(self, args=(), machine='virt', cpu='cortex-a57', smp=1, memory=512,
                 append='', qmp=True):
        self.info = manifest()
        self.emulator = os.environ.get('VIOMMU_EMULATOR',
                                       str(BUILD / 'viommu-system-aarch64'))
        self.folder = tempfile.mkdtemp(prefix='viommu-guest-')
        self.is_qemu = 'qemu' in os.path.basename(self.emulator)
        # "quiet" keeps the kernel's messages out of the answers.
        self.argv = [self.emulator, '-nodefaults', '-display', 'none', '-machine', machine,
                     '-cpu', cpu, '-smp', str(smp), '-m', str(memory),
                     '-kernel', self.info['kernel'], '-initrd', self.info['initrd'],
                     '-append', f'quiet loglevel=0 panic=-1 {append}'.strip(),
                     '-serial', 'stdio', '-monitor', 'none']
        if qmp:
            self.argv += ['-qmp', f'unix:{self.folder}/qmp,server=on,wait=off']
        self.argv += [self._own_words(a) for a in args]
        self.want_qmp = qmp
        self.qmp = None
        self.lines = queue.Queue()
        self.log = []
        self.serial_number = 0
        self.process = None

    def _own_words(self, arg):
        if self.is_qemu and 'access_platform=on' in arg:
            modern = ',disable-legacy=on' if '-pci' in arg else ''
            return arg.replace('access_platform=on', 'iommu_platform=on' + modern)
        return arg

    def __enter__(self):
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.argv, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self._reader, daemon=True).start()
        try:
            if self.want_qmp:
                self.qmp = Qmp(f'{self.folder}/qmp', lambda: self.process.poll() is None)
            self.wait_ready()
        except BaseException as err:
            self.__exit__(None, None, None)
            if isinstance(err, GuestFailure) and not self.log:
                raise GuestFailure(f'{err}; it said:\n    ' + self._rest()) from None
            raise
        return self

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _reader(self):
        for raw in self.process.stdout:
            self.lines.put(raw.decode(errors='replace').rstrip('\r\n'))
        self.lines.put(None)

    def _rest(self):
        """What the emulator printed and nobody read, after its end."""
        lines = []
        while (line := self.lines.get(timeout=10)) is not None:
            lines.append(line)
        return '\n    '.join(lines)

    def _next_line(self, deadline, waiting_for):
        try:
            line = self.lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            line = None
            reason = 'nothing came'
        else:
            reason = f'the emulator ended with status {self.process.poll()}'
        if line is None:
            last = '\n    '.join(self.log[-15:])
            raise GuestFailure(f'waiting for {waiting_for}: {reason}; last lines:\n'
                               f'    {last}')
        self.log.append(line)
        return line

    def wait_for(self, pattern, timeout=60):
        """The match of the first line that has @pattern."""
        deadline = time.monotonic() + timeout * SLOWNESS
        while True:
            found = re.search(pattern, self._next_line(deadline, f'"{pattern}"'))
            if found:
                return found

    def wait_ready(self, timeout=120):
        self.wait_for(r'guest: ready', timeout)
        self.boot_seconds = time.monotonic() - self.started

    def send(self, line):
        self.process.stdin.write((line + '\n').encode())
        self.process.stdin.flush()

    def run(self, command, timeout=60, check=True):
        """The lines that @command prints in the guest; it must succeed."""
        self.serial_number += 1
        mark = f'@{self.serial_number}@'
        self.send(f'{command}; echo "{mark}$?"')
        deadline = time.monotonic() + timeout * SLOWNESS
        output = []
        while True:
            line = self._next_line(deadline, f'"{command}"')
            head, found, status = line.partition(mark)
            if found:
                output += [head] if head else []
                break
            output.append(line)
        if check and status != '0':
            raise GuestFailure(f'"{command}" in the guest: status {status}:\n    '
                               + '\n    '.join(output))
        return output

    def start(self, command):
        """Begin @command in the background of the guest."""
        self.run(f'({command}) & true')

    def dmesg(self, pattern):
        """Kernel messages with @pattern, without their time stamps."""
        return [re.sub(r'^\[ *[0-9.]+\] ', '', line)
                for line in self.run('dmesg') if re.search(pattern, line)]

    def power_off(self, timeout=60):
        """Shut down from inside; the emulator must end by itself, with status 0."""
        self.send('poweroff -f')
        try:
            status = self.process.wait(timeout * SLOWNESS)
        except subprocess.TimeoutExpired:
            raise GuestFailure('the emulator did not end at power off') from None
        if status != 0:
            raise GuestFailure(f'the emulator ended with status {status}')


def scratch_disk(folder, source=None, mib=8):
    """A disk of its own for a test: a copy of the first @mib of @source, or zeros."""
    path = pathlib.Path(folder) / 'scratch.img'
    with open(path, 'wb') as out:
        if source:
            with open(source, 'rb') as data:
                out.write(data.read(mib << 20))
        out.truncate(mib << 20)
    return path


def drive(name, path, readonly=True):
    """The -drive option of a raw file."""
    mode = ',readonly=on' if readonly else ''
    return ['-drive', f'file={path},if=none,id={name},format=raw{mode}']
