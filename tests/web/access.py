"""What every page is held to: axe, its own language, no more width than there is."""

from pathlib import Path

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1366, "height": 768}

AXE_FINDINGS = """async () => {
  const { violations } = await axe.run();
  return violations.map((one) => [one.id, one.nodes.map((node) => node.html)]);
}"""

# Visible words in Chinese that are not marked as Chinese. Names from the data are marked.
CHINESE_TEXTS = """() => {
  const han = /[\\u3400-\\u9fff]/, found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (han.test(node.data) && !element.closest('[lang^="zh"]:not(html), script')) found.push(node.data);
  }
  for (const element of document.body.querySelectorAll('*')) {
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
      if (han.test(element.getAttribute(name) ?? '')) found.push(`${name}: ${element.getAttribute(name)}`);
    }
  }
  return found;
}"""

# What reaches beyond the page's width, and boxes that have to be moved sideways, but for tables.
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter((one) => {
  const { left, right, width } = one.getBoundingClientRect();
  const room = document.documentElement.clientWidth;
  const scrolls = ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth;
  const beyond = width > 0 && (right > room + 0.5 || left < -0.5) && !one.closest('#map, .skip, .table-scroll');
  return (scrolls && !one.matches('.table-scroll')) || beyond;
}).map((one) => one.outerHTML.slice(0, 120))"""
