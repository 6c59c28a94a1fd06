"""OpenStack Swift with its S3 API, all of it in one process on loopback: account, container and object servers, and a
proxy. Prints a line of JSON with its port once it serves, and ends with its standard input."""
import errno
import json
import logging
import os
import sys
import time

import eventlet
eventlet.patcher.monkey_patch(all=False, socket=True, select=True, thread=True, time=True)
import eventlet.wsgi  # noqa: E402

from swift.common import utils  # noqa: E402

PIPELINE = """
[DEFAULT]
swift_dir = {root}
[pipeline:main]
pipeline = catch_errors gatekeeper cache bulk s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
paste.filter_factory = swift_s3:memory_cache
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
min_segment_size = 5242880
[filter:tempauth]
use = egg:swift#tempauth
user_platform_tester = {secret} .admin
[filter:slo]
use = egg:swift#slo
"""


class MemoryCache:
    """What the proxy keeps in memcached otherwise."""
    def __init__(self):
        self._values = {}

    def get(self, key, raise_on_error=False):
        value, expires = self._values.get(key, (None, 0))
        return value if not expires or expires > time.time() else None

    def set(self, key, value, serialize=True, time=0, min_compress_len=0, raise_on_error=False):
        import time as clock
        self._values[key] = (json.loads(json.dumps(value)), clock.time() + time if time else 0)

    def incr(self, key, delta=1, time=0):
        self.set(key, int(self.get(key) or 0) + delta, time=time)
        return self.get(key)

    def delete(self, key, server_key=None):
        self._values.pop(key, None)


def memory_cache(global_conf, **local_conf):
    cache = MemoryCache()

    def factory(app):
        def call(env, start_response):
            env['swift.cache'] = cache
            return app(env, start_response)
        return call
    return factory


def serve(app, listener):
    log = logging.getLogger('quiet')
    eventlet.spawn(eventlet.wsgi.server, listener, app, log=log, log_output=False, debug=False)


def listen(port=0):
    return eventlet.listen(('127.0.0.1', port), backlog=128)


def main(root, secret, port):
    from swift.common.ring import RingData
    from swift.common.storage_policy import reload_storage_policies
    os.makedirs(os.path.join(root, 'disks', 'one', 'tmp'), exist_ok=True)
    with open(os.path.join(root, 'swift.conf'), 'w') as conf:
        conf.write('[swift-hash]\nswift_hash_path_suffix = suffix\nswift_hash_path_prefix = prefix\n')
    utils.SWIFT_CONF_FILE = os.path.join(root, 'swift.conf')
    utils.validate_hash_conf()

    listeners = {kind: listen() for kind in ('account', 'container', 'object')}
    from array import array
    for kind, listener in listeners.items():
        device = {'id': 0, 'region': 1, 'zone': 1, 'weight': 1.0, 'device': 'one', 'ip': '127.0.0.1',
                  'port': listener.getsockname()[1], 'replication_ip': '127.0.0.1',
                  'replication_port': listener.getsockname()[1]}
        RingData([array('H', [0, 0, 0, 0])], [device], 30).save(os.path.join(root, kind + '.ring.gz'))
    reload_storage_policies()

    from swift.account import server as account
    from swift.container import server as container
    from swift.obj import server as obj
    conf = {'swift_dir': root, 'devices': os.path.join(root, 'disks'), 'mount_check': 'false',
            'log_statsd_host': '', 'disable_fallocate': 'true', 'allow_versions': 'True'}
    serve(account.AccountController(dict(conf)), listeners['account'])
    serve(container.ContainerController(dict(conf)), listeners['container'])
    serve(obj.ObjectController(dict(conf)), listeners['object'])

    with open(os.path.join(root, 'proxy.conf'), 'w') as proxy:
        proxy.write(PIPELINE.format(root=root, secret=secret))
    from swift.common.wsgi import loadapp
    proxy_listener = listen(port)
    serve(loadapp(os.path.join(root, 'proxy.conf'), global_conf={}), proxy_listener)
    print(json.dumps({'port': proxy_listener.getsockname()[1]}), flush=True)
    eventlet.tpool.execute(sys.stdin.read)


if __name__ == '__main__':
    sys.modules['swift_s3'] = sys.modules['__main__']
    logging.disable(logging.CRITICAL)
    main(os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
