"""terminado, Jupyter's terminal server: the best terminal in a browser, with its program on the same machine."""

import sys

import tornado.ioloop
import tornado.web
from terminado.management import UniqueTermManager
from terminado.websocket import TermSocket


def main() -> None:
    terminals = UniqueTermManager(shell_command=["bash", "--norc"])
    application = tornado.web.Application([(r"/terminal", TermSocket, {"term_manager": terminals})])
    application.listen(int(sys.argv[1]), "127.0.0.1")
    print("ready", flush=True)
    tornado.ioloop.IOLoop.current().start()


if __name__ == "__main__":
    main()
