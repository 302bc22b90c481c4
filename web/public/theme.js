// Runs before the first paint, so that the chosen theme never flashes the other one. See ui/app/theme.ts.
try {
  const theme = localStorage.getItem("tacit-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is closed to us: the theme of the system stays.
}
