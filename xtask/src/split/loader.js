// Brings the page's second file of code: when the page is up, or at once when something calls into it before.
(function () {
  var file = './REST', imports, first, isThere = false, api = WebAssembly;
  function join(module) {
    if (isThere) return;
    isThere = true;
    imports.first = first;
    new api.Instance(module, imports);
  }
  function load() {
    if (isThere) return;
    performance.mark('waited-for-second-file');
    var request = new XMLHttpRequest();
    request.open('GET', file, false);
    request.overrideMimeType('text/plain; charset=x-user-defined');
    try {
      request.send();
      join(new api.Module(Uint8Array.from(request.responseText, function (letter) { return letter.charCodeAt(0); })));
    } catch (error) {
      document.getElementById('fatal').hidden = false;
      throw error;
    }
  }
  function fetchSoon() {
    if (isThere) return;
    fetch(file).then(function (answer) { return answer.ok ? answer.arrayBuffer() : Promise.reject(answer.status); })
      .then(function (bytes) { return api.compile(bytes); })
      .then(join)
      // Without the network: `load` says so if the file is wanted before it can be had.
      .catch(function () { setTimeout(fetchSoon, 5000); });
  }
  // The glue that wasm-bindgen writes has the imports; they pass by here.
  ['instantiateStreaming', 'instantiate'].forEach(function (name) {
    var original = api[name];
    if (!original) return;
    api[name] = function (source, given) {
      if (given) {
        imports = given;
        given.split = { load: load };
      }
      return original.call(api, source, given).then(function (made) {
        first = (made.instance || made).exports;
        return made;
      });
    };
  });
  addEventListener('TrunkApplicationStarted', function () {
    (self.requestIdleCallback || setTimeout)(fetchSoon, { timeout: 1000 });
  });
})();
