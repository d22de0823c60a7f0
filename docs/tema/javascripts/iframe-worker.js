// A page opened from a file may start no worker, and the theme's search runs in one.
// Here a hidden frame does the worker's job: the same messages, the same script.
if (location.protocol === "file:") {
  class IFrameWorker extends EventTarget {
    constructor(address) {
      super();
      this.scope = new Promise((ready, failed) => {
        const frame = document.createElement("iframe");
        frame.hidden = true;
        frame.title = "Sök";
        const load = (url) =>
          new Promise((done, wrong) => {
            const script = frame.contentDocument.createElement("script");
            script.src = url;
            script.onload = done;
            script.onerror = wrong;
            frame.contentDocument.head.append(script);
          });
        frame.addEventListener("load", () => {
          const scope = frame.contentWindow;
          scope.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
          // One after the other: a later script may need an earlier one.
          scope.importScripts = (...urls) => urls.reduce((before, url) => before.then(() => load(url)), Promise.resolve());
          load(address).then(() => ready(scope), failed);
        }, { once: true });
        document.body.append(frame);
      });
    }
    postMessage(data) {
      this.scope.then((scope) => scope.dispatchEvent(new scope.MessageEvent("message", { data })));
    }
  }
  window.IFrameWorker = IFrameWorker; // the search looks for it by this name
  window.Worker = IFrameWorker;
}
