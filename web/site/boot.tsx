import './style/site.css'

// The page is painted before the script that takes it over is read, which takes a slow machine a while.
requestAnimationFrame(() => setTimeout(() => void import('./browser.tsx')))
