# Runs Autobahn's fuzzing client against "servers", or its fuzzing server at "url": python fuzzing.py spec.json
#
# With "compress", servers are offered permessage-deflate, and the offers of clients are always accepted. The data frames of
# every case are compressed then, where the case does not set reserved bits by itself or sends a frame piece by piece. The
# bytes of big messages go through Java, as they go through C where the suite finds wsaccel, a message in thousands of pieces
# leaves several of them at a time, and what the suite gives up after a moment has ten, for a busy machine.

import json
import sys
from array import array

import autobahn.websocket
from autobahn.compress_deflate import PerMessageDeflateOffer, PerMessageDeflateOfferAccept, \
      PerMessageDeflateResponseAccept
from autobahn.utf8validator import Utf8Validator
from autobahntestsuite import wstest
from autobahntestsuite.fuzzing import FuzzingClientFactory, FuzzingClientProtocol, FuzzingServerFactory, \
      FuzzingServerProtocol
from java.util import BitSet
from twisted.internet import reactor

RSV1 = 4
LONG = 128
PATIENCE = 10
PIECES = 100

create_masker = autobahn.websocket.createXorMasker
validate_octets = Utf8Validator.validate
send_frame = FuzzingClientProtocol.sendFrame.im_func
send_message = FuzzingClientProtocol.sendMessage.im_func
begin_message = FuzzingClientProtocol.beginMessage.im_func
kill_after = FuzzingClientProtocol.killAfter.im_func
send_piece = FuzzingClientProtocol._send.im_func
next_case = FuzzingClientFactory.nextCase


class Masker:

   def __init__(self, mask):
      self.mask = mask
      self.position = 0

   def pointer(self):
      return self.position

   def reset(self):
      self.position = 0

   def process(self, data):
      length = len(data)
      start = self.position % 4
      self.position += length
      key = (self.mask * (length // 4 + 2))[start:start + length]
      masked = bits(data)
      masked.xor(bits(key))
      return masked.toByteArray().tostring().ljust(length, "\0")


def bits(octets):
   return BitSet.valueOf(array("b", octets))


def create_fast_masker(mask, length = None):
   return create_masker(mask, length) if length is not None and length < LONG else Masker(mask)


def validate_fast(self, octets):
   if self.state == Utf8Validator.UTF8_ACCEPT and len(octets) >= LONG:
      try:
         octets.decode("ascii")
         self.i += len(octets)
         return True, True, len(octets), self.i
      except UnicodeDecodeError:
         pass
   return validate_octets(self, octets)


def kill_patiently(self, delay):
   kill_after(self, delay * PATIENCE)


def send_compressed_frame(self, opcode, payload = "", fin = True, rsv = 0, mask = None, payload_len = None,
      chopsize = None, sync = False):
   compression = self._perMessageCompress
   begins = opcode in (1, 2)
   if compression is not None and rsv == 0 and (begins or (opcode == 0 and getattr(self, "compressing", False))):
      if payload_len is not None:
         payload = (payload * (payload_len // len(payload) + 1))[:payload_len]
         payload_len = None
      if begins:
         compression.startCompressMessage()
         rsv = RSV1
      payload = compression.compressMessageData(payload)
      if fin:
         payload += compression.endCompressMessage()
      self.compressing = not fin
   send_frame(self, opcode, payload, fin, rsv, mask, payload_len, chopsize, sync)


def send_message_of_frames(self, payload, *args, **options):
   options["doNotCompress"] = True
   send_message(self, payload, *args, **options)


def begin_uncompressed_message(self, isBinary = False, doNotCompress = False):
   begin_message(self, isBinary, True)


def send_pieces(self):
   for _ in range(len(self.send_queue) // PIECES):
      piece, sync = self.send_queue.popleft()
      if self.state != self.STATE_CLOSED:
         self.transport.write(piece)
         # On its way before the next, as if the reactor had had its turn
         self.transport.doWrite()
         self.logTxOctets(piece, sync)
   send_piece(self)


def announce_case(self):
   more = next_case(self)
   if more:
      print self.agent, self.currentCaseId
      sys.stdout.flush()
   return more


def connection_failed(self, connector, reason):
   print "Connection failed:", reason.getErrorMessage()
   reactor.stop()


autobahn.websocket.createXorMasker = create_fast_masker
Utf8Validator.validate = validate_fast
for protocol in FuzzingClientProtocol, FuzzingServerProtocol:
   protocol.killAfter = kill_patiently
   protocol.sendMessage = send_message_of_frames
   protocol.sendFrame = send_compressed_frame
   protocol.beginMessage = begin_uncompressed_message
   protocol._send = send_pieces
FuzzingClientFactory.nextCase = announce_case
FuzzingClientFactory.clientConnectionFailed = connection_failed

with open(sys.argv[1]) as spec_file:
   spec = json.load(spec_file)
if "url" in spec:
   spec["options"] = {"closeHandshakeTimeout": PATIENCE,
         "perMessageCompressionAccept": lambda offers: PerMessageDeflateOfferAccept(offers[0])}
   autobahn.websocket.listenWS(FuzzingServerFactory(spec))
   reactor.run()
else:
   for server in spec["servers"]:
      if server.get("compress"):
         offer = PerMessageDeflateOffer(requestMaxWindowBits = server["windowBits"])
         server["options"] = {"perMessageCompressionOffers": [offer],
               "perMessageCompressionAccept": lambda response: PerMessageDeflateResponseAccept(response)}
   wstest.start({"mode": "fuzzingclient"}, spec)
