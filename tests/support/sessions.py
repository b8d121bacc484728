"""A browser's session without a browser: Streamlit's own messages over its WebSocket, as fast as a script runs."""

import contextlib
import re
from collections.abc import Iterator

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.load.screen import texts


class Session:
    """One session of a running dashboard; `opened` gives one."""

    def __init__(self, connection: ClientConnection) -> None:
        self._socket = connection

    def rerun(self, query: str = "", page: str = "") -> str:
        """Runs the page once and gives back every text of it, as it is read."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        self._socket.send(message.SerializeToString())
        return " \n".join(text for part in self._parts() for text in texts(part))

    def _parts(self) -> Iterator[ForwardMsg]:
        while True:
            part = ForwardMsg()
            part.ParseFromString(bytes(self._socket.recv(timeout=60)))
            yield part
            # What a fragment or an earlier run says ends otherwise.
            if part.WhichOneof("type") == "script_finished" and part.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            ):
                return


@contextlib.contextmanager
def opened(address: str) -> Iterator[Session]:
    """A session that has drawn nothing yet; closed at the end."""
    with connect(re.sub("^http", "ws", address) + "/_stcore/stream", max_size=None, open_timeout=30) as connection:
        yield Session(connection)
