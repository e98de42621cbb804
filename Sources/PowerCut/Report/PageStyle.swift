/// What the page looks like, and how its strip is moved about. Without the script everything can still be read.
enum PageStyle {
    static let sheet = """
        :root{color-scheme:light dark;--ink:#111;--paper:#fff;--soft:#f6f6f6;--line:#ccc}
        @media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--paper:#161616;--soft:#242424;--line:#4a4a4a}}
        body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:var(--ink);\
        background:var(--paper);overflow-wrap:anywhere}
        h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}h3{font-size:1rem}
        .verdict{padding:.6rem .9rem;border-left:6px solid;background:var(--soft)}
        .good{border-color:#31a354}.bad{border-color:#a50f15}
        .strip-frame{overflow-x:auto;border:1px solid var(--line);background:#fff}
        .strip-frame:focus{outline:3px solid #06c}.strip{display:block}
        .strip .at rect:first-of-type{stroke:#06c;stroke-width:3}
        .tools button{font:inherit;padding:.1rem .7rem}
        .detail{min-height:1.5em;font-family:ui-monospace,monospace}
        .legend{list-style:none;padding:0;columns:20rem 2}.swatch{display:inline-block;width:1.4em;height:1.4em;\
        vertical-align:middle}
        .wide{overflow-x:auto}.cause{font-weight:bold}
        table{border-collapse:collapse}th,td{border:1px solid var(--line);padding:.2rem .6rem;text-align:left;\
        vertical-align:top}th{font-weight:600}
        .n{text-align:right}.fails td{font-weight:bold}.fails .places{font-weight:normal}
        .places{margin:.2rem 0;padding-left:1.2rem}
        pre{background:var(--soft);padding:.6rem;overflow-x:auto;overflow-wrap:normal}
        @media print{.strip-frame{overflow:visible}.strip{width:100%;height:auto}.tools{display:none}}
        """

    static let script = """
        (function(){var frame=document.getElementById('strip'),svg=frame.querySelector('svg'),\
        detail=document.getElementById('detail'),cells=[].slice.call(svg.querySelectorAll('.cell')),at=-1,zoom=1,\
        width=svg.viewBox.baseVal.width,height=svg.viewBox.baseVal.height;
        function show(i){if(i<0||i>=cells.length)return;if(at>=0)cells[at].classList.remove('at');at=i;\
        cells[i].classList.add('at');detail.textContent=cells[i].querySelector('title').textContent;\
        cells[i].scrollIntoView({block:'nearest',inline:'nearest'});}
        function scale(f){zoom=f?Math.min(40,Math.max(.2,zoom*f)):frame.clientWidth/width;\
        svg.setAttribute('width',width*zoom);svg.setAttribute('height',height);\
        svg.setAttribute('preserveAspectRatio','none');\
        [].forEach.call(svg.querySelectorAll('text'),function(t){var x=t.getAttribute('x');\
        t.setAttribute('transform','translate('+x+' 0) scale('+1/zoom+' 1) translate(-'+x+' 0)');});\
        if(at>=0)cells[at].scrollIntoView({block:'nearest',inline:'center'});}
        function sideways(by){if(at<0)return show(0);show(at+by);}
        function across(by){if(at<0)return show(0);var cut=+cells[at].dataset.cut,y=cells[at].querySelector('rect')\
        .getAttribute('y'),best=-1,i;for(i=0;i<cells.length;i++){var d=cells[i].querySelector('rect').getAttribute('y')-y;\
        if(d*by>0&&+cells[i].dataset.cut===cut){best=i;if(by>0)break;}}if(best>=0)show(best);}
        [].forEach.call(document.querySelectorAll('[data-zoom]'),function(b){b.addEventListener('click',function(){\
        scale(+b.dataset.zoom);});});
        svg.addEventListener('click',function(e){var g=e.target.closest('.cell');if(g)show(cells.indexOf(g));});
        frame.addEventListener('wheel',function(e){if(!e.ctrlKey)return;e.preventDefault();\
        scale(e.deltaY<0?1.2:1/1.2);},{passive:false});
        frame.addEventListener('keydown',function(e){var done=true;switch(e.key){case'ArrowRight':sideways(1);break;\
        case'ArrowLeft':sideways(-1);break;case'ArrowDown':across(1);break;case'ArrowUp':across(-1);break;\
        case'Home':show(0);break;case'End':show(cells.length-1);break;case'+':case'=':scale(1.25);break;\
        case'-':scale(.8);break;case'0':scale(0);break;default:done=false;}if(done)e.preventDefault();});})();
        """
}
