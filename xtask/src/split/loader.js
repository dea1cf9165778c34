// Brings what the page's first file of code does not have. The second file comes after the first one, or at once when
// something calls into it before; the one with 中文 before somebody reads it.
(function () {
  var api = WebAssembly, imports, first, isThere = false, isStarted, started = new Promise(function (resolve) {
    isStarted = resolve;
  });
  function bytesOf(file) {
    return fetch(file).then(function (answer) { return answer.ok ? answer.arrayBuffer() : Promise.reject(answer.status); });
  }
  function join(module) {
    if (isThere) return;
    isThere = true;
    // Functions of the first file that the second one calls stand at the end of the table, the one with the number 0
    // last; `_1a` is the one with the number 46.
    imports.first = new Proxy(first, {
      get: function (all, name) { return all[name] || all.t.get(all.t.length - 1 - parseInt(name.slice(1), 36)); }
    });
    new api.Instance(module, imports);
  }
  function load() {
    if (isThere) return;
    performance.mark('waited-for-second-file');
    var request = new XMLHttpRequest();
    request.open('GET', './STEM_rest.wasm', false);
    request.overrideMimeType('text/plain; charset=x-user-defined');
    try {
      request.send();
      var letters = request.responseText, bytes = new Uint8Array(letters.length);
      // `Uint8Array.from` would take twenty times as long.
      for (var at = 0; at < bytes.length; at++) bytes[at] = letters.charCodeAt(at);
      join(new api.Module(bytes));
    } catch (error) {
      document.getElementById('fatal').hidden = false;
      throw error;
    }
  }
  // Without the network it is tried again: `load` says so if the file is wanted before it can be had.
  function fetchSoon() {
    (isThere ? Promise.resolve() : bytesOf('./STEM_rest.wasm').then(api.compile).then(join))
      // So that the language can be switched without the network.
      .then(function () { return words('zh'); })
      .catch(function () { setTimeout(fetchSoon, 5000); });
  }
  var chinese;
  function words(language) {
    if (language != 'zh') return Promise.resolve();
    chinese = chinese || Promise.all([bytesOf('./STEM_zh.wasm').then(api.compile), started]).then(function (both) {
      new api.Instance(both[0], { first: first });
    });
    // What did not arrive is asked for again.
    chinese.catch(function () { chinese = null; });
    return chinese;
  }
  // `src/browser/words.rs` asks for them.
  window.wordsOf = words;
  // It will do so soon where the page will be in 中文: this need not wait until the code is there.
  function remembered() {
    try { return localStorage.getItem('brokerscope.lang'); } catch (error) { return null; }
  }
  if (/^zh/.test(new URLSearchParams(location.search).get('lang') || remembered() || navigator.language)) words('zh');
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
        isStarted();
        return made;
      });
    };
  });
  // While the simulation boots: the first click opens a menu, and its code is there.
  started.then(fetchSoon);
})();
