setInterval(async () => {
  try { if (await (await fetch("version", {cache: "no-store"})).text() !== document.body.dataset.version) location.reload(); } catch { /* the server is gone */ }
}, 1500);
