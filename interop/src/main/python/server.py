# What Hypercorn runs: hypercorn server:application
import asyncio

ECHO = ("/echo", "/chat")


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            event = await receive()
            await send({"type": event["type"] + ".complete"})
            if event["type"] == "lifespan.shutdown":
                return
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body"})
        return
    path = scope["path"]
    await receive()
    if path not in ECHO + ("/close", "/abort"):
        # A close would be 403
        await send({"type": "websocket.http.response.start", "status": 404, "headers": []})
        await send({"type": "websocket.http.response.body"})
        return
    await send({"type": "websocket.accept", "subprotocol": "chat" if path == "/chat" else None})
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            print("closed", path, event["code"], flush=True)
            return
        if path == "/close":
            await send({"type": "websocket.close", "code": 4000, "reason": "enough"})
            return
        if path == "/abort":
            raise RuntimeError("The test asked for it")
        await send({"type": "websocket.send", "text": event.get("text"), "bytes": event.get("bytes")})
