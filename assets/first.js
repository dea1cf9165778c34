// Chooses language, theme and plan of the first picture, and puts everything in it to where the program will have it.
// Plain JavaScript, because it runs before the program is there. What the numbers are: src/first_picture.rs.
(function () {
  var root = document.documentElement, first = document.getElementById('first');
  function hint(name) {
    var found = new RegExp('[?&]' + name + '=([^&]*)').exec(location.search);
    return found && found[1];
  }
  function remembered(name) {
    try { return localStorage.getItem('brokerscope.' + name); } catch (refused) { return null; }
  }
  // As in src/app.rs.
  root.lang = /^zh/.test(hint('lang') || remembered('lang') || navigator.language) ? 'zh' : 'en';
  var theme = hint('theme') || remembered('theme');
  if (theme !== 'light' && theme !== 'dark') theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  root.setAttribute('data-theme', theme);
  var panels = (remembered('panels') || '').split(',');
  function open(names) { return names.some(function (name) { return panels.indexOf(name) >= 0; }); }
  var aside = open(['tree', 'why', 'log', 'cli']), narrow = matchMedia('(max-width: 900px)').matches;
  if (aside) first.firstElementChild.classList.add('aside-open');
  // What a link opens is not known yet, nor is it how high an open panel below the stage will be.
  var hidesStage = location.hash.length > 1 || open(['timeline']) || aside && narrow;

  var table = JSON.parse(document.getElementById('first-places').textContent);
  // Up to each width the plans that are followed there, the roomiest first, and the height that each of them needs.
  function planFor(width, height) {
    var here = table.widths.find(function (one) { return width <= one[0]; }), plans = here ? here[1] : [];
    var plan = plans.find(function (one) { return height >= one[0]; }) || plans[plans.length - 1];
    return plan && table.plans[plan[1]];
  }
  // Letters that name columns, and the columns at each corner: the numbers between two corners lie on a straight line.
  function between(letters, corners, at) {
    var right = 1;
    while (right < corners.length - 1 && at > corners[right][0]) right++;
    var a = corners[right - 1], b = corners[right], part = (at - a[0]) / (b[0] - a[0]);
    return Array.from(letters, function (letter) {
      var column = letter.charCodeAt(0) - (letter < 'a' ? 38 : 96);
      return a[column] + (b[column] - a[column]) * part;
    });
  }
  function place() {
    var stage = first.querySelector('.stage-scroll'), rem = parseFloat(getComputedStyle(root).fontSize);
    var width = stage.clientWidth, height = stage.clientHeight;
    // The program begins with this size.
    first.setAttribute('data-size', width + ' ' + height + ' ' + rem);
    var unit = rem / 100, plan = planFor(width / unit, height / unit);
    first.className = hidesStage || !plan ? 'bare' : '';
    if (first.className) return;
    var across = between(plan[3], plan[4], width / unit), down = between(plan[5], plan[6], height / unit);
    function px(number) { return Math.round(number * unit); }
    first.querySelector('.stage').className = plan[0];
    stage.firstElementChild.style.height = px(down[down.length - 1]) + 'px';
    var broker = 2 * plan[1].length;
    first.querySelectorAll('[data-at]').forEach(function (thing) {
      var at = thing.getAttribute('data-at').split('.'), nth = 2 * at[0], style = thing.style;
      if (plan[1][at[0]] !== at[1]) return style.removeProperty('transform');
      var x = px(across[nth]), y = px(down[nth]);
      style.transform = 'translate(' + x + 'px,' + y + 'px)';
      // A label is as large as its text.
      if (across[nth + 1]) {
        style.width = px(across[nth] + across[nth + 1]) - x + 'px';
        style.height = px(down[nth] + down[nth + 1]) - y + 'px';
      }
      if (thing.classList.contains('bk')) {
        style.setProperty('--strip', Math.floor(down[broker++] * unit) + 'px');
        style.setProperty('--lift', px(plan[2]) + 'px');
      }
    });
  }
  place();
  addEventListener('resize', function () { if (first.isConnected) place(); });
})();
