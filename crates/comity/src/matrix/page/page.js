'use strict';
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const panel = document.getElementById('panel');
  const body = document.body;
  const articleOf = (id) => document.getElementById(`of-${id}`);
  const drawingsOf = (id) => all(`svg a[href="#${CSS.escape(id)}"]`);
  let kept = 'intro';

  // What places say stands once each; an article takes what is its own when it is first shown.
  const said = [...document.getElementById('said').children];
  const columns = all('[data-show-column]').map((button) => button.textContent);
  const fill = (article) => {
    if (!article.dataset.said || article.children.length > 1) return;
    article.dataset.said.split(' ').forEach((number, column) => {
      const section = said[number].cloneNode(true);
      section.className = `c${column}`;
      if (columns[column]) {
        const name = Object.assign(document.createElement('p'), { className: 'column', textContent: columns[column] });
        section.prepend(name);
      }
      article.append(section);
    });
  };

  // Shows what is said of a place, for as long as it is pointed at or until another is chosen.
  const show = (id) => {
    for (const shown of all('#panel .shown, .place.chosen')) shown.classList.remove('shown', 'chosen');
    const article = articleOf(id);
    fill(article);
    article.classList.add('shown');
    panel.dataset.shown = id;
    for (const drawing of drawingsOf(id)) drawing.classList.add('chosen');
  };
  const keep = (id) => {
    kept = articleOf(id) ? id : 'intro';
    show(kept);
    panel.scrollTop = 0;
  };
  const placeOf = (event) => {
    const id = event.target.closest?.('a[href^="#"]')?.getAttribute('href').slice(1);
    return id && articleOf(id) ? id : undefined;
  };
  const fromAddress = () => keep(decodeURIComponent(location.hash.slice(1)) || 'intro');

  addEventListener('hashchange', fromAddress);
  document.addEventListener('click', (event) => {
    const place = placeOf(event);
    if (!place) return;
    event.preventDefault();
    history.replaceState(null, '', `#${place}`);
    keep(place);
    panel.scrollIntoView({ block: 'nearest' });
  });
  const map = document.querySelector('svg');
  for (const [enter, leave] of [['pointerover', 'pointerout'], ['focusin', 'focusout']]) {
    map.addEventListener(enter, (event) => { const place = placeOf(event); if (place) show(place); });
    map.addEventListener(leave, () => show(kept));
  }
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    history.replaceState(null, '', location.pathname + location.search);
    keep('intro');
  });

  // Which rows and places are to be seen: by the words searched for and by the marks chosen in the legend.
  const search = document.getElementById('search');
  const rows = all('tr[data-row]').map((row) => ({ row, id: row.dataset.row }));
  const narrow = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const only = all('[data-only][aria-pressed="true"]').map((button) => button.dataset.only);
    const column = body.dataset.column;
    let count = 0;
    for (const { row, id } of rows) {
      const text = () => `${row.textContent} ${said[articleOf(id).dataset.said.split(' ')[column]].textContent}`.toLowerCase();
      const marked = only.length === 0 || only.some((mark) => row.classList.contains(`m${column}-${mark}`));
      const seen = marked && (words.length === 0 || words.every((word) => text().includes(word)));
      row.hidden = !seen;
      for (const drawing of drawingsOf(id)) drawing.classList.toggle('faint', !seen);
      count += seen;
    }
    document.getElementById('found').textContent = `${count} of ${rows.length}`;
  };
  search.addEventListener('input', narrow);
  const press = (button, on) => button.setAttribute('aria-pressed', String(on));
  for (const button of all('[data-only]')) {
    button.addEventListener('click', () => { press(button, button.getAttribute('aria-pressed') !== 'true'); narrow(); });
  }
  for (const button of all('[data-show-column]')) {
    button.addEventListener('click', () => {
      body.dataset.column = button.dataset.showColumn;
      for (const other of all('[data-show-column]')) press(other, other === button);
      narrow();
    });
  }

  const root = document.documentElement;
  document.getElementById('theme').addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  });

  fromAddress();
  narrow();
})();
